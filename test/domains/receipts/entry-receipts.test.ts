import { expect, test } from 'vitest';
import { changeAccount } from '../../../functions/domains/accounts/actions.ts';
import { suppress } from '../../../functions/domains/consent/actions.ts';
import { markErased } from '../../../functions/domains/erased/actions.ts';
import { mergeProfiles } from '../../../functions/domains/profiles/merge/actions.ts';
import { profiles as stored } from '../../../functions/domains/profiles/records/store.ts';
import { openMail } from '../../../functions/platform/mail/mail.ts';
import { remove } from '../../../functions/platform/table/write.ts';
import { consent } from '../../../functions/services/consent.ts';
import { events } from '../../../functions/services/events.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { localSender, verifySender } from '../../../lib/local/ministack/mail-sender.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { type Answer, startApp } from '../../support/app.ts';
import { tableEndpoint } from '../../support/table.ts';
import { receiptIn } from './receipt-in.ts';

const SUBSCRIBE = 'profile-subscription-bulk-create-job';
const UNSUBSCRIBE = 'profile-subscription-bulk-delete-job';

/** What the entries of each type of call ask for. */
const subscriptions: Readonly<Record<string, object>> = {
  [SUBSCRIBE]: { subscriptions: { email: { marketing: { consent: 'SUBSCRIBED' } } } },
  [UNSUBSCRIBE]: { subscriptions: { email: { marketing: { consent: 'UNSUBSCRIBED' } } } },
};

const start = async () => {
  await verifySender(tableEndpoint());
  const mail = openMail({ from: localSender }, clientConfig(tableEndpoint()));
  const queue = () => ({ send: async () => {} });
  const app = await startApp(
    { ...consent, routes: { ...consent.routes, ...events.routes, ...lists.routes, ...profiles.routes } },
    { lists: ['news'], services: { queue, mail } },
  );
  const read = async (id: string) => (await app.get(`/api/receipts/${id}`)).body.data.attributes;
  return {
    ...app,
    read,
    change: (type: string, emails: readonly string[]) =>
      app.post(`/api/${type}s`, {
        data: {
          type,
          attributes: {
            profiles: {
              data: emails.map((email) => ({ type: 'profile', attributes: { email, ...subscriptions[type] } })),
            },
          },
        },
      }),
    single: (answer: Answer) => read(receiptIn(answer)),
    entry: (answer: Answer, index: number) => read(`${answer.headers['Tributary-Job']}.${index}`),
  };
};

test('a subscription of one person has a receipt with the consent as it is now', async () => {
  const app = await start();
  const first = await app.change(SUBSCRIBE, ['ada@example.com']);
  expect(first.headers['Tributary-Job']).toBeUndefined();
  const receipt = await app.single(first);
  expect(receipt).toMatchObject({
    outcome: 'stored',
    item_type: 'consent',
    source: `api:${app.keyId}`,
    profile_id: expect.any(String),
    consent: [{ channel: 'email', type: 'marketing', status: 'SUBSCRIBED' }],
  });
  expect(await app.single(await app.change(SUBSCRIBE, ['ada@example.com']))).toMatchObject({ outcome: 'duplicate' });
  const out = await app.change(UNSUBSCRIBE, ['ada@example.com']);
  expect(await app.single(out)).toMatchObject({ outcome: 'stored', consent: [{ status: 'UNSUBSCRIBED' }] });
  expect(await app.single(first)).toMatchObject({ outcome: 'suppressed', reasons: [{ detail: 'UNSUBSCRIBE' }] });
  await app.table.write(remove(stored, { account: app.account, id: receipt.profile_id }));
  expect(await app.single(first)).toMatchObject({ outcome: 'erased', profile_id: null, consent: null });
});

test('after a merge a receipt shows the consent that is in effect: the more restrictive one', async () => {
  const app = await start();
  const left = await app.single(await app.change(UNSUBSCRIBE, ['ada@example.com']));
  app.at('2026-01-01T00:05:00Z');
  const subscribed = await app.change(SUBSCRIBE, ['bob@example.com']);
  const { profile_id: source } = await app.single(subscribed);
  app.at('2026-01-01T00:10:00Z');
  await mergeProfiles({ destination: left.profile_id, source, cause: 'request' }, app.context());
  expect(await app.single(subscribed)).toMatchObject({
    profile_id: left.profile_id,
    consent: [{ channel: 'email', type: 'marketing', status: 'UNSUBSCRIBED' }],
  });
});

test('several entries have a job with a receipt each, also if some are refused', async () => {
  const app = await start();
  await markErased([{ kind: 'email', value: 'erased@example.com' }], 'job', app.context());
  app.at('2026-01-01T00:05:00Z');
  const address = { kind: 'email', value: 'bounced@example.com' } as const;
  await suppress({ address, reason: 'HARD_BOUNCE', at: new Date('2026-01-01T00:00:00Z') }, app.context());
  const answer = await app.change(SUBSCRIBE, [
    'ada@example.com',
    'bounced@example.com',
    'wrong',
    'erased@example.com',
    'bob@example.com',
  ]);
  expect(answer.status).toBe(400);
  const outcomes = [];
  for (let index = 0; index < 5; index++) outcomes.push((await app.entry(answer, index)).outcome);
  expect(outcomes).toEqual(['stored', 'suppressed', 'rejected', 'erased', 'stored']);
  const job = answer.headers['Tributary-Job'];
  expect((await app.get(`/api/receipts/${job}.5`)).status).toBe(404);
  // It is no job of events.
  expect((await app.get(`/api/event-bulk-create-jobs/${job}`)).status).toBe(404);
});

test('a subscription that has to be confirmed is pending', async () => {
  const app = await start();
  await changeAccount(app.account, { optInProcess: 'double_opt_in' }, app.services);
  app.at('2026-01-01T00:05:00Z');
  const address = { kind: 'email', value: 'bounced@example.com' } as const;
  await suppress({ address, reason: 'HARD_BOUNCE', at: new Date('2026-01-01T00:00:00Z') }, app.context());
  expect(await app.single(await app.change(SUBSCRIBE, ['ada@example.com']))).toMatchObject({ outcome: 'pending' });
  const answer = await app.change(SUBSCRIBE, ['ada@example.com', 'bounced@example.com']);
  expect([await app.entry(answer, 0), await app.entry(answer, 1)]).toMatchObject([
    { outcome: 'pending', item_type: 'subscription' },
    { outcome: 'suppressed' },
  ]);
});

test('each address of a suppression job has a receipt', async () => {
  const app = await start();
  await markErased([{ kind: 'email', value: 'erased@example.com' }], 'job', app.context());
  app.at('2026-01-01T00:05:00Z');
  const type = 'profile-suppression-bulk-create-job';
  await app.change(type, ['ada@example.com']);
  app.at('2026-01-01T00:06:00Z');
  const { body } = await app.change(type, ['ada@example.com', 'bob@example.com', 'erased@example.com']);
  const outcomes = [];
  for (let index = 0; index < 3; index++) outcomes.push((await app.read(`${body.data.id}.${index}`)).outcome);
  expect(outcomes).toEqual(['duplicate', 'stored', 'erased']);
});

const create = async (app: Awaited<ReturnType<typeof start>>, attributes: object): Promise<string> =>
  (await app.post('/api/profiles', { data: { type: 'profile', attributes } })).body.data.id;

const both = { email: 'ada@example.com', phone_number: '+4930123456' };
const SUBSCRIBED = { marketing: { consent: 'SUBSCRIBED' } };

const subscribeBoth = (app: Awaited<ReturnType<typeof start>>, listId?: string) =>
  app.post(`/api/${SUBSCRIBE}s`, {
    data: {
      type: SUBSCRIBE,
      attributes: {
        profiles: {
          data: [{ type: 'profile', attributes: { ...both, subscriptions: { email: SUBSCRIBED, sms: SUBSCRIBED } } }],
        },
      },
      ...(listId !== undefined && { relationships: { list: { data: { type: 'list', id: listId } } } }),
    },
  });

test('an entry about two profiles and a list names both, their consent and their membership', async () => {
  const app = await start();
  const [ada, bob] = [await create(app, { email: both.email }), await create(app, { phone_number: both.phone_number })];
  const answer = await subscribeBoth(app, 'news');
  const membership = (profile_id: string) => ({ list_id: 'news', profile_id, joined_at: expect.any(String) });
  expect(await app.single(answer)).toMatchObject({
    outcome: 'stored',
    item_type: 'consent',
    profile_id: ada,
    profile_ids: [ada, bob],
    list_id: 'news',
    consent: [
      { profile_id: ada, channel: 'email', status: 'SUBSCRIBED' },
      { profile_id: bob, channel: 'sms', status: 'SUBSCRIBED' },
    ],
    memberships: [membership(ada), membership(bob)],
  });
});

test('an entry of which a part has to be confirmed names that and the rest', async () => {
  const app = await start();
  await changeAccount(app.account, { optInProcess: 'double_opt_in' }, app.services);
  app.at('2026-01-01T00:05:00Z');
  expect(await app.single(await subscribeBoth(app))).toMatchObject({
    outcome: 'pending',
    item_type: 'consent',
    consent: [{ channel: 'sms', status: 'SUBSCRIBED' }],
  });
});

test('calls that change the members of a list have a receipt for each profile', async () => {
  const app = await start();
  const [ada, bob] = [await create(app, { email: both.email }), await create(app, { email: 'bob@example.com' })];
  const path = '/api/lists/news/relationships/profiles';
  const bodyOf = (...ids: readonly string[]) => ({ data: ids.map((id) => ({ type: 'profile', id })) });
  const first = await app.post(path, bodyOf(ada));
  expect(await app.single(first)).toMatchObject({
    outcome: 'stored',
    item_type: 'membership',
    source: `api:${app.keyId}`,
    profile_id: ada,
    list_id: 'news',
    memberships: [{ list_id: 'news', profile_id: ada, joined_at: expect.any(String) }],
  });
  const second = await app.post(path, bodyOf(ada, bob));
  expect([await app.entry(second, 0), await app.entry(second, 1)]).toMatchObject([
    { outcome: 'duplicate', profile_id: ada },
    { outcome: 'stored', profile_id: bob },
  ]);
  const left = await app.delete(path, bodyOf(ada));
  expect(await app.single(left)).toMatchObject({
    outcome: 'stored',
    profile_id: ada,
    memberships: [{ profile_id: ada, joined_at: null }],
  });
  expect(await app.single(await app.delete(path, bodyOf(ada)))).toMatchObject({ outcome: 'duplicate' });
  expect(await app.single(first)).toMatchObject({ outcome: 'removed', profile_id: ada });
  await app.table.write(remove(stored, { account: app.account, id: ada }));
  expect(await app.single(first)).toMatchObject({ outcome: 'erased', profile_id: null, memberships: null });
});
