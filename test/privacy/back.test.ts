import { expect, test } from 'vitest';
import { consent } from '../../functions/consent/index.ts';
import { erasedAmong, markErased } from '../../functions/erased/actions.ts';
import { namedBy } from '../../functions/profiles/resolve.ts';
import { linkIn, startPages } from '../pages/visit.ts';
import { startApp } from '../support/app.ts';
import { subscribing } from './people.ts';

let count = 0;

/** A shop that has erased somebody. */
const start = async () => {
  const app = await startPages();
  const email = `erased${count++}.${process.pid}@example.com`;
  await markErased([{ kind: 'email', value: email }], 'job', app.context());
  app.at('2026-01-01T00:02:00Z');
  const owner = async () => (await namedBy({ email }, app.context()))[0]?.owner;
  const erased = async () =>
    (await erasedAmong([{ kind: 'email', value: email }], { ...app.services, account: app.account })).length;
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
  'who was erased comes back by %s when they confirm it from their mailbox, though others need not',
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

test('a server does not bring them back, and no mail goes out for it', async () => {
  const { app, email, owner, erased } = await start();

  const { status } = await app.post('/api/profile-subscription-bulk-create-jobs', subscribing(email));
  await app.deliver();

  expect(status).toBe(410);
  expect([await owner(), await erased(), await app.mailsTo(email)]).toEqual([undefined, 1, []]);
});

test('without a sender of mail nobody comes back, and the page says what it says to all', async () => {
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
  expect((await namedBy({ email }, app.context()))[0]?.owner).toBeUndefined();
});
