import { expect, test } from 'vitest';
import { readLedgerPage, readSubscriptions } from '../../../functions/domains/consent/actions.ts';
import { processSubmission } from '../../../functions/domains/forms/submissions/process.ts';
import { changeList, isMember } from '../../../functions/domains/lists/actions.ts';
import { personWith } from '../consent/people.ts';
import { everythingStored, readAllEvents } from './events.ts';
import { button, email, field, step, version } from './parts.ts';
import { startLive } from './submit.ts';

const ada = 'ada@example.com';
const signUp = version([
  step(email({ required: true }), field('text', 'Size'), button('close', { properties: { list_id: 'news' } })),
]);
const SID = '0b9f5c1e-6a2d-4c3b-9f7e-2d1c8b4a6e50';

/** A live form whose messages wait until a test delivers them. */
const start = async () => {
  const messages: { readonly kind: string }[] = [];
  let isDown = false;
  const queue = () => ({
    send: async (message: { readonly kind: string }) => {
      if (isDown) throw new Error('The queue is away.');
      messages.push(message);
    },
  });
  const app = await startLive(signUp, { services: { queue } });
  return {
    ...app,
    messages,
    setDown: (down: boolean) => {
      isDown = down;
    },
  };
};

test('a submission whose message was not sent is sent again by the browser, and carried out once', async () => {
  const app = await start();
  const submit = () => app.submit({ fields: { $email: ada }, submission_id: SID });
  app.setDown(true);
  expect((await submit()).status).toBe(500);
  app.setDown(false);
  expect((await submit()).status).toBe(202);
  expect((await submit()).status).toBe(202);
  expect(app.messages).toHaveLength(2);
  for (const message of app.messages) await processSubmission(message, app.services);
  const person = await personWith({ email: ada }, app.context());
  expect(await readAllEvents(app, person.id)).toHaveLength(2);
  // What was entered does not stay in the submission.
  expect(await everythingStored(app)).not.toContain('"accepted"');
});

test('a worker that dies after any request leaves a submission that the next one completes, once', {
  timeout: 60_000,
}, async () => {
  const app = await start();
  const context = app.context();
  let isComplete = false;
  for (let died = 0; !isComplete; died++) {
    const address = `p${died}@example.com`;
    app.messages.length = 0;
    expect((await app.submit({ fields: { $email: address, Size: 'M' } })).status).toBe(202);
    const [message] = app.messages;
    let requests = 0;
    const stop = app.watch(async (_, next) => {
      requests += 1;
      if (requests > died) throw new Error('The worker died.');
      return next();
    });
    isComplete = await processSubmission(message, app.services).then(
      () => true,
      () => false,
    );
    stop();
    for (let n = 0; n < 2; n++) await processSubmission(message, app.services);
    const person = await personWith({ email: address }, context);
    const { items } = await readLedgerPage({ profileId: person.id, channel: 'email', size: 10 }, context);
    expect([died, items.length, (await readAllEvents(app, person.id)).length]).toEqual([died, 1, 2]);
    expect((await readSubscriptions(person, context)).email.marketing.consent).toBe('SUBSCRIBED');
    expect(await isMember({ listId: 'news', profileId: person.id }, context)).toBe(true);
    expect(person.properties).toEqual({ Size: 'M' });
    if (died > 100) throw new Error('It never completes.');
  }
});

test('with double opt-in the person is subscribed after the confirmation alone; the events are stored at once', async () => {
  const sent: object[] = [];
  const mail = {
    send: async (message: object) => {
      sent.push(message);
      return 'sent';
    },
  };
  const app = await startLive(signUp, { services: { mail } });
  await changeList('news', { optInProcess: 'double_opt_in' }, app.context());
  expect((await app.submit({ fields: { $email: ada, Size: 'M' } })).status).toBe(202);
  expect(sent).toMatchObject([{ to: ada }]);
  const context = app.context();
  const person = await personWith({ email: ada }, context);
  expect((await readSubscriptions(person, context)).email.marketing.consent).toBe('NEVER_SUBSCRIBED');
  expect(await isMember({ listId: 'news', profileId: person.id }, context)).toBe(false);
  expect(await readAllEvents(app, person.id)).toHaveLength(2);
});
