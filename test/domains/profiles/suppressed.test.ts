import { expect, test } from 'vitest';
import { consent } from '../../../functions/services/consent.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';

const both = { ...profiles, routes: { ...profiles.routes, ...consent.routes } };
const marketing = 'subscriptions.email.marketing';
const person = (email: string, subscriptions?: object) => ({
  type: 'profile',
  attributes: { email, ...(subscriptions && { subscriptions }) },
});
const said = (kind: 'create' | 'delete', email: string, status: string, list?: string) => ({
  data: {
    type: `profile-subscription-bulk-${kind}-job`,
    attributes: { profiles: { data: [person(email, { email: { marketing: { consent: status } } })] } },
    ...(list && { relationships: { list: { data: { type: 'list', id: list } } } }),
  },
});

/** a, b and c leave list L1 in that order, a minute apart; d leaves L2; e is suppressed manually. */
const start = async () => {
  const app = await startApp(both, { lists: ['L1', 'L2'] });
  for (const [i, [name, list]] of (
    [
      ['a', 'L1'],
      ['b', 'L1'],
      ['c', 'L1'],
      ['d', 'L2'],
    ] as const
  ).entries()) {
    const email = `${name}@example.com`;
    const subscribed = await app.post(
      '/api/profile-subscription-bulk-create-jobs',
      said('create', email, 'SUBSCRIBED', list),
    );
    app.at(`2026-02-01T00:0${i}:00Z`);
    const left = await app.post(
      '/api/profile-subscription-bulk-delete-jobs',
      said('delete', email, 'UNSUBSCRIBED', list),
    );
    expect([subscribed.status, left.status]).toEqual([202, 202]);
  }
  const suppression = {
    data: {
      type: 'profile-suppression-bulk-create-job',
      attributes: { profiles: { data: [person('e@example.com')] } },
    },
  };
  await app.post('/api/profiles', { data: person('e@example.com') });
  expect((await app.post('/api/profile-suppression-bulk-create-jobs', suppression)).status).toBe(202);
  const listed = async (query: string) => {
    const { status, body } = await app.get(`/api/profiles?${query}`);
    expect(status).toBe(200);
    return body.data.map(({ attributes }: { attributes: { email: string } }) => attributes.email[0]).join('');
  };
  return { app, listed };
};

test('finds profiles that left lists by list, time and reason, in the order of leaving', async () => {
  const { listed } = await start();
  const time = `${marketing}.list_suppressions.timestamp`;
  const list = (id: string) => `equals(${marketing}.list_suppressions.list_id,"${id}")`;

  expect(await listed(`filter=${list('L1')}`)).toBe('abc');
  expect(await listed(`filter=${list('L1')}&sort=-${time}`)).toBe('cba');
  expect(await listed(`filter=${list('L2')}`)).toBe('d');
  expect(await listed(`sort=${time}`)).toBe('abcd');
  expect(await listed(`filter=${list('L1')},greater-than(${time},2026-02-01T00:00:00Z)`)).toBe('bc');
  expect(await listed(`filter=${list('L1')},greater-or-equal(${time},2026-02-01T00:00:00Z)`)).toBe('abc');
  expect(await listed(`filter=less-than(${time},2026-02-01T00:02:00Z)`)).toBe('ab');
  expect(await listed(`filter=equals(${marketing}.list_suppressions.reason,"UNSUBSCRIBE"),${list('L2')}`)).toBe('d');
  expect(await listed(`filter=equals(${marketing}.list_suppressions.reason,"HARD_BOUNCE")`)).toBe('');
});

test('finds suppressed profiles by reason', async () => {
  const { listed } = await start();
  expect(await listed(`filter=equals(${marketing}.suppression.reason,"USER_SUPPRESSED")`)).toBe('e');
});

test('pages through former members of a list, forward and back', async () => {
  const { app } = await start();
  const first = await app.get(`/api/profiles?sort=${marketing}.list_suppressions.timestamp&page[size]=3`);
  const second = await app.get(new URL(first.body.links.next).pathname + new URL(first.body.links.next).search);
  const back = await app.get(new URL(second.body.links.prev).pathname + new URL(second.body.links.prev).search);
  expect([first, second, back].map(({ body }) => body.data.length)).toEqual([3, 1, 3]);
});
