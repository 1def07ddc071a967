import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { filterErased, markErased } from '../../../functions/domains/erased/actions.ts';
import { erasure } from '../../../functions/domains/privacy/erase.ts';
import { getDeletion, startDeletion } from '../../../functions/domains/privacy/erasures.ts';
import { readIdentifierOwners } from '../../../functions/domains/profiles/records/resolve.ts';
import { consent } from '../../../functions/services/consent.ts';
import { linkIn, startPages } from '../../api/pages/visit.ts';
import { startApp } from '../../support/app.ts';
import { subscribing } from '../privacy/people.ts';

let count = 0;

/** A shop that has erased a person. */
const start = async () => {
  const app = await startPages();
  const email = `erased${count++}.${process.pid}@example.com`;
  await markErased([{ kind: 'email', value: email }], 'job', app.context());
  app.at('2026-01-01T00:02:00Z');
  const owner = async () => (await readIdentifierOwners({ email }, app.context()))[0]?.owner;
  const erased = async () =>
    (await filterErased([{ kind: 'email', value: email }], { ...app.services, account: app.account })).length;
  return { app, email, owner, erased };
};

const ways = {
  'the page': ({ app, email }: Awaited<ReturnType<typeof start>>) =>
    app.form(`/pages/subscribe/${app.account}`, { email }),
  'a form in a browser': ({ app, email }: Awaited<ReturnType<typeof start>>) =>
    app.post(`/client/subscriptions?company_id=${app.account}`, {
      data: {
        type: 'subscription',
        attributes: { profile: { data: { type: 'profile', attributes: { email } } } },
        relationships: { list: { data: { type: 'list', id: 'news' } } },
      },
    }),
};

test.each(Object.entries(ways))(
  'lets an erased person return by %s after confirmation by mail, which others do not need',
  async (_, subscribe) => {
    const shop = await start();
    const { app, email, owner, erased } = shop;

    expect((await subscribe(shop)).status).toBeLessThan(300);
    await app.deliver();

    expect([await owner(), await erased()]).toEqual([undefined, 1]);
    const [mail] = await app.mailsTo(email);
    expect((await app.form(linkIn(mail?.BodyText ?? '', 'confirm'), {})).status).toBe(200);
    expect([typeof (await owner()), await erased()]).toEqual(['string', 0]);
  },
);

test('does not let a server bring them back, and sends no mail for it', async () => {
  const { app, email, owner, erased } = await start();

  const { status } = await app.post('/api/profile-subscription-bulk-create-jobs', subscribing(email));
  await app.deliver();

  expect(status).toBe(410);
  expect([await owner(), await erased(), await app.mailsTo(email)]).toEqual([undefined, 1, []]);
});

test('lets no erased person return without a sender of mail, and shows the same page to all', async () => {
  const app = await startApp(consent);
  const email = 'ada@example.com';
  await markErased([{ kind: 'email', value: email }], 'job', app.context());
  app.at('2026-01-01T00:02:00Z');
  const send = (address: string) =>
    app.send('POST', `/pages/subscribe/${app.account}`, `email=${address}`, {
      'content-type': 'application/x-www-form-urlencoded',
    });

  const { status, body } = await send(email);

  expect([status, body]).toEqual([200, (await send('other@example.com')).body]);
  expect((await readIdentifierOwners({ email }, app.context()))[0]?.owner).toBeUndefined();
});

test('sends no mail for 90 days to an erased person who reported a request as not theirs', async () => {
  const app = await startPages();
  const email = `declined.${process.pid}@example.com`;
  const context = app.context();
  const ask = () => app.form(`/pages/subscribe/${app.account}`, { email });
  await changeAccount(app.account, { optInProcess: 'double_opt_in' }, app.services);
  app.at('2026-01-01T00:02:00Z');
  await ask();
  await app.deliver();
  const [mail] = await app.mailsTo(email);
  await app.form(linkIn(mail?.BodyText ?? '', 'unsubscribe'), { 'List-Unsubscribe': 'One-Click' });

  app.at('2026-01-01T00:03:00Z');
  const { id } = await startDeletion({ kind: 'email', value: email }, context);
  app.sent.splice(0);
  await erasure.handle(
    { account: app.account, id },
    { ...app.services, queue: context.queue },
    { remainingMs: () => 60_000 },
  );
  expect((await getDeletion(id, context)).removed).toEqual({
    'table/pending-opt-in': 1,
    'table/confirmation-limit': 1,
  });
  app.sent.splice(0);
  const { Items = [] } = await app.client.send(new ScanCommand({ TableName: app.tableName }));
  expect(JSON.stringify(Items.filter(({ type }) => type?.S !== 'deletion_job'))).not.toContain(email);

  for (const [time, mails] of [
    ['2026-01-01T02:00:00Z', 1],
    ['2026-03-31T00:00:00Z', 1],
    ['2026-04-02T00:00:00Z', 2],
  ] as const) {
    app.at(time);
    expect((await ask()).status).toBe(200);
    await app.deliver();
    expect([time, (await app.mailsTo(email)).length]).toEqual([time, mails]);
  }
});
