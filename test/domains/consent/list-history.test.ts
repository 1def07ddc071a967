import { expect, test } from 'vitest';
import { readSubscriptions } from '../../../functions/domains/consent/actions.ts';
import { ensureList, isMember } from '../../../functions/domains/lists/actions.ts';
import { mergeProfiles } from '../../../functions/domains/profiles/merge/actions.ts';
import { consent } from '../../../functions/services/consent.ts';
import { lists } from '../../../functions/services/lists.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';
import { personWith } from './people.ts';
import { bulk, subscribeTo, unsubscribeFrom } from './requests.ts';

const email = 'ada@example.com';
const all = { ...consent, routes: { ...profiles.routes, ...lists.routes, ...consent.routes } };

const start = async () => {
  const app = await startApp(all, { now: new Date('2025-01-01T00:00:00Z') });
  const context = app.context();
  await ensureList('news', context);
  const send = (type: 'create' | 'delete', subscriptions: object, options = {}) =>
    app.post(
      `/api/profile-subscription-bulk-${type}-jobs`,
      bulk([{ email, phone_number: '+4930123456', subscriptions }], { type, list: 'news', ...options }),
    );
  return {
    ...app,
    context,
    subscribe: (topic = 'email.marketing', options = {}) => send('create', subscribeTo(topic), options),
    unsubscribe: (topic = 'email.marketing', options = {}) => send('delete', unsubscribeFrom(topic), options),
    isOn: async (address = email) => {
      const { id: profileId } = await personWith({ email: address }, context);
      return isMember({ listId: 'news', profileId }, context);
    },
    leftLists: async () => {
      const known = await readSubscriptions(await personWith({ email }, context), context);
      return known.email.marketing.list_suppressions;
    },
  };
};

test.each(['email.marketing', 'sms.marketing'])(
  'does not put a person back on a list they left later, by an older consent of %s',
  async (topic) => {
    const app = await start();
    await app.subscribe(topic);
    app.at('2025-06-01T00:00:00Z');
    await app.unsubscribe();
    expect(await app.isOn()).toBe(false);

    app.at('2025-07-01T00:00:00Z');
    for (const time of ['2024-01-01T00:00:00Z', '2025-05-31T23:59:59Z'])
      expect((await app.subscribe(`${topic}@${time}`, { historical: true })).status).toBe(202);
    expect([await app.isOn(), await app.leftLists()]).toEqual([
      false,
      [expect.objectContaining({ list_id: 'news', reason: 'UNSUBSCRIBE' })],
    ]);

    await app.subscribe(`${topic}@2025-06-02T00:00:00Z`, { historical: true });
    expect(await app.isOn()).toBe(true);
  },
);

test('does the same for a person who left under a merged profile', async () => {
  const app = await start();
  await app.subscribe();
  app.at('2025-06-01T00:00:00Z');
  await app.unsubscribe();
  const { id: source } = await personWith({ email }, app.context);
  const { id: destination } = await personWith({ email: 'countess@example.com' }, app.context);
  await mergeProfiles({ destination, source, cause: 'request' }, app.context);

  app.at('2025-07-01T00:00:00Z');
  await app.subscribe('email.marketing@2024-01-01T00:00:00Z', { historical: true });
  expect(await app.isOn()).toBe(false);
});

test('joins no list by an older consent if all channels were unsubscribed later, and does if one was not', async () => {
  const app = await start();
  await app.unsubscribe();
  app.at('2025-07-01T00:00:00Z');
  await app.subscribe('email.marketing@2024-01-01T00:00:00Z', { historical: true });
  expect(await app.isOn()).toBe(false);

  await ensureList('other', app.context);
  app.at('2025-08-01T00:00:00Z');
  await app.subscribe('email.marketing', { list: 'other' });
  await app.subscribe('email.marketing@2025-06-01T00:00:00Z', { historical: true });
  expect(await app.isOn()).toBe(true);
});

test('keeps a person on a list whose opt-out is older than the join', async () => {
  const app = await start();
  app.at('2025-06-01T00:00:00Z');
  await app.subscribe();
  app.at('2025-07-01T00:00:00Z');
  const said = () => app.unsubscribe('email.marketing@2025-02-01T00:00:00Z', { historical: true });
  expect((await said()).status).toBe(202);
  expect((await said()).status).toBe(202);
  expect([await app.isOn(), await app.leftLists()]).toEqual([true, []]);
  const { id } = await personWith({ email }, app.context);
  const { body } = await app.get(`/api/profiles/${id}/consent-ledger`);
  const ofList = body.data.filter(({ attributes }: { attributes: { kind: string } }) => attributes.kind === 'list');
  expect(ofList).toHaveLength(1);

  await app.unsubscribe('email.marketing@2025-06-02T00:00:00Z', { historical: true });
  expect(await app.isOn()).toBe(false);
});

test('records the later time when a person leaves twice', async () => {
  const app = await start();
  await app.subscribe();
  app.at('2025-02-01T00:00:00Z');
  await app.unsubscribe();
  // Put back by the shop, which is no consent.
  const { id } = await personWith({ email }, app.context);
  await app.post('/api/lists/news/relationships/profiles', { data: [{ type: 'profile', id }] });
  expect(await app.isOn()).toBe(true);
  app.at('2025-06-01T00:00:00Z');
  await app.unsubscribe();

  app.at('2025-07-01T00:00:00Z');
  await app.subscribe('email.marketing@2025-04-01T00:00:00Z', { historical: true });
  expect([await app.isOn(), await app.leftLists()]).toEqual([false, [expect.anything()]]);
});
