import { beforeEach, expect, test } from 'vitest';
import { changeConsent } from '../../../../functions/domains/consent/actions.ts';
import { recordEvent } from '../../../../functions/domains/events/actions.ts';
import { addMember, countMembers, joinList, leaveList } from '../../../../functions/domains/lists/actions.ts';
import { mergeProfiles } from '../../../../functions/domains/profiles/merge/actions.ts';
import type { ServiceDeclaration } from '../../../../functions/platform/service/service.ts';
import { consent } from '../../../../functions/services/consent.ts';
import { events } from '../../../../functions/services/events.ts';
import { lists } from '../../../../functions/services/lists.ts';
import { profiles } from '../../../../functions/services/profiles.ts';
import { startApp } from '../../../support/app.ts';
import { eventHeader } from '../../events/event-bodies.ts';

/** A person's data under two ids, as every domain returns it. */
const all: ServiceDeclaration = {
  ...profiles,
  routes: { ...profiles.routes, ...events.routes, ...lists.routes, ...consent.routes },
};

let app: Awaited<ReturnType<typeof startApp>>;
let a: string;
let b: string;

beforeEach(async () => {
  app = await startApp(all);
  [a, b] = [await person({ email: 'a@example.com' }), await person({ email: 'b@example.com' })];
});

const person = async (attributes: object): Promise<string> =>
  (await app.post('/api/profiles', { data: { type: 'profile', attributes } })).body.data.id;
const merge = () => mergeProfiles({ destination: a, source: b, cause: 'request' }, app.context());
const undo = async () => {
  const { body } = await app.get(`/api/profiles/${a}/merges`);
  expect((await app.post(`/api/profile-merges/${body.data[0].id}/undo`, undefined)).status).toBe(200);
};
const send = async (email: string, time: string, more: object = {}) => {
  const attributes = {
    metric: { data: { type: 'metric', attributes: { name: 'Seen' } } },
    profile: { data: { type: 'profile', attributes: { email } } },
    properties: { at: time },
    time,
    ...more,
  };
  const { status, headers } = await app.post('/api/events', { data: { type: 'event', attributes } });
  expect(status).toBe(202);
  return headers;
};
const timesOf = async (id: string): Promise<string[]> =>
  (await app.get(`/api/events?filter=equals(profile_id,"${id}")&sort=datetime`)).body.data.map(
    (event: { attributes: { event_properties: { at: string } } }) => event.attributes.event_properties.at,
  );
const subscriptions = async (id: string) =>
  (await app.get(`/api/profiles/${id}?additional-fields[profile]=subscriptions`)).body.data.attributes.subscriptions;
const answer = async (id: string, at: string) =>
  (await app.get(`/api/profiles/${id}/consent?at=${at}`)).body.data.attributes;
const say = (profileId: string, to: 'SUBSCRIBED' | 'UNSUBSCRIBED', at: string, value: string) =>
  changeConsent(
    {
      profileId,
      channel: 'email',
      type: 'marketing',
      to,
      at: new Date(at),
      evidence: { method: 'api' },
      address: { kind: 'email', value },
    },
    app.context(),
  );

test('shows one timeline of both, whenever and under whichever id events were written', async () => {
  await send('a@example.com', '2025-02-01T00:00:00Z');
  await send('b@example.com', '2025-01-01T00:00:00Z');
  await send('b@example.com', '2025-03-01T00:00:00Z');
  await merge();
  await send('b@example.com', '2025-04-01T00:00:00Z');
  // A writer that had found the source just before.
  await recordEvent(
    {
      profileId: b,
      metric: { name: 'Seen', service: 'api' },
      time: new Date('2025-05-01T00:00:00Z'),
      properties: { at: '2025-05-01T00:00:00Z' },
    },
    app.context(),
  );
  const months = [1, 2, 3, 4, 5].map((month) => `2025-0${month}-01T00:00:00Z`);
  expect(await timesOf(a)).toEqual(months);
  expect(await timesOf(b)).toEqual(months);

  const paged: string[] = [];
  let next: string | null = `/api/events?filter=equals(profile_id,"${b}")&sort=-datetime&page[size]=2`;
  while (next) {
    const { body }: Awaited<ReturnType<typeof app.get>> = await app.get(next);
    paged.push(
      ...body.data.map(
        (event: { attributes: { event_properties: { at: string } } }) => event.attributes.event_properties.at,
      ),
    );
    const link: string | null = body.links.next;
    next = link && new URL(link).pathname + new URL(link).search;
  }
  expect(paged).toEqual(months.toReversed());

  const profile = await app.get(`/api/profiles/${b}?additional-fields[profile]=first_event_date`);
  expect(profile.body.data.attributes).toMatchObject({
    first_event_date: '2025-01-01T00:00:00.000Z',
    last_event_date: '2025-05-01T00:00:00.000+00:00',
  });

  const { body } = await app.get('/api/events?include=profile');
  expect(body.data).toHaveLength(5);
  for (const { id, relationships } of body.data) {
    expect(relationships.profile.data.id).toBe(a);
    const one = await app.get(`/api/events/${id}?include=profile`);
    expect(one.body.data.relationships.profile.data.id).toBe(a);
    expect(one.body.included[0].id).toBe(a);
    expect((await app.get(`/api/events/${id}/profile`)).body.data.id).toBe(a);
    expect((await app.get(`/api/events/${id}/relationships/profile`)).body.data.id).toBe(a);
  }
  expect(body.included.map(({ id }: { id: string }) => id)).toEqual([a]);

  const metricId = body.data[0].relationships.metric.data.id;
  const unique = async () => {
    const attributes = {
      metric_id: metricId,
      measurements: ['unique', 'count'],
      interval: 'month',
      filter: ['greater-or-equal(datetime,2025-01-01T00:00:00)', 'less-than(datetime,2025-06-01T00:00:00)'],
    };
    const counted = await app.post('/api/metric-aggregates', { data: { type: 'metric-aggregate', attributes } });
    return counted.body.data.attributes.data[0].measurements;
  };
  expect(await unique()).toEqual({ unique: [1, 1, 1, 1, 1], count: [1, 1, 1, 1, 1] });

  await undo();
  expect(await timesOf(a)).toEqual(['2025-02-01T00:00:00Z', '2025-04-01T00:00:00Z']);
  expect(await timesOf(b)).toEqual(['2025-01-01T00:00:00Z', '2025-03-01T00:00:00Z', '2025-05-01T00:00:00Z']);
});

test('counts merged people once, also in their past', async () => {
  await send('a@example.com', '2025-01-01T00:00:00Z');
  await send('b@example.com', '2025-01-02T00:00:00Z');
  const { body } = await app.get('/api/events');
  const attributes = {
    metric_id: body.data[0].relationships.metric.data.id,
    measurements: ['unique'],
    interval: 'month',
    filter: ['greater-or-equal(datetime,2025-01-01)', 'less-than(datetime,2025-02-01)'],
  };
  const unique = async () =>
    (await app.post('/api/metric-aggregates', { data: { type: 'metric-aggregate', attributes } })).body.data.attributes
      .data[0].measurements.unique;
  expect(await unique()).toEqual([2]);
  await merge();
  expect(await unique()).toEqual([1]);
  await undo();
  expect(await unique()).toEqual([2]);
});

test('recognizes an event that is sent again after a merge', async () => {
  const first = await send('b@example.com', '2025-01-01T00:00:00Z', { unique_id: 'order-1' });
  const plain = await send('b@example.com', '2025-01-02T00:00:00Z');
  await merge();
  const again = await send('b@example.com', '2025-01-01T00:00:00Z', { unique_id: 'order-1' });
  expect(eventHeader({ headers: again })).toMatchObject({ id: eventHeader({ headers: first }).id, duplicate: 'true' });
  const same = await send('a@example.com', '2025-01-01T00:00:00Z', { unique_id: 'order-1' });
  expect(eventHeader({ headers: same })).toMatchObject({ duplicate: 'true' });
  const other = await send('a@example.com', '2025-01-01T00:00:00Z', { unique_id: 'order-1', value: 5 });
  expect(eventHeader({ headers: other })).toMatchObject({ duplicate: 'conflict' });
  expect(eventHeader({ headers: await send('a@example.com', '2025-01-02T00:00:00Z') })).toMatchObject({
    id: eventHeader({ headers: plain }).id,
    duplicate: 'true',
  });
  expect(await timesOf(a)).toHaveLength(2);
});

test('applies the stricter consent of both from the merge on, until a newer change', async () => {
  await say(a, 'SUBSCRIBED', '2025-01-01T00:00:00Z', 'a@example.com');
  await say(b, 'UNSUBSCRIBED', '2024-01-01T00:00:00Z', 'b@example.com');
  const before = [await subscriptions(a), await subscriptions(b)];
  app.at('2026-02-01T00:00:00Z');
  await merge();
  const marketing = async () => (await subscriptions(b)).email.marketing;
  expect(await marketing()).toMatchObject({ consent: 'UNSUBSCRIBED', can_receive_email_marketing: false });
  expect((await marketing()).suppression).toMatchObject([{ reason: 'UNSUBSCRIBE' }]);
  expect(await answer(b, '2026-02-01T00:00:00.001Z')).toMatchObject({ allowed: false, consent: 'UNSUBSCRIBED' });
  // Before the merge each had its own consent.
  expect(await answer(a, '2026-01-31T00:00:00Z')).toMatchObject({ allowed: true });
  expect(await answer(b, '2026-01-31T00:00:00Z')).toMatchObject({ allowed: false });
  const ledger = await app.get(`/api/profiles/${a}/consent-ledger`);
  const entries = ledger.body.data.map((entry: { attributes: { to: string } }) => entry.attributes.to);
  expect(entries.toSorted()).toEqual(['SUBSCRIBED', 'SUPPRESSED', 'UNSUBSCRIBED']);
  const suppressed = await app.get(
    '/api/profiles?filter=equals(subscriptions.email.marketing.suppression.reason,"UNSUBSCRIBE")',
  );
  expect(suppressed.body.data.map(({ id }: { id: string }) => id)).toEqual([a]);

  await undo();
  expect([await subscriptions(a), await subscriptions(b)]).toEqual(before);

  // Merged again, they opt in again: by the old id, as a writer with a stale lookup.
  await merge();
  app.at('2026-03-01T00:00:00Z');
  expect(await say(b, 'SUBSCRIBED', '2026-03-01T00:00:00Z', 'a@example.com')).toBe('applied');
  expect(await say(a, 'SUBSCRIBED', '2026-03-01T00:00:01Z', 'a@example.com')).toBe('already');
  expect(await marketing()).toMatchObject({
    consent: 'SUBSCRIBED',
    can_receive_email_marketing: true,
    suppression: [],
  });
  expect(await answer(a, '2026-03-02T00:00:00Z')).toMatchObject({ allowed: true });
  expect(await answer(a, '2026-02-02T00:00:00Z')).toMatchObject({ allowed: false });
});

test('counts a member by both profiles once, and removes both on leaving', async () => {
  const context = app.context();
  const at = (day: number) => new Date(Date.UTC(2025, 0, day));
  await joinList({ listId: 'both', profileId: a, at: at(2) }, context);
  await joinList({ listId: 'both', profileId: b, at: at(1) }, context);
  await joinList({ listId: 'only', profileId: b, at: at(3) }, context);
  const membersIn = async (list: string) => (await app.get(`/api/lists/${list}/profiles`)).body.data;
  await merge();
  for (const list of ['both', 'only']) {
    const members = await membersIn(list);
    expect(members.map(({ id }: { id: string }) => id)).toEqual([a]);
    expect(await countMembers(list, context)).toBe(1);
  }
  expect((await membersIn('both'))[0].attributes.joined_group_at).toBe(at(1).toISOString().replace('Z', '+00:00'));
  expect((await app.get(`/api/profiles/${b}/lists`)).body.data.map(({ id }: { id: string }) => id)).toEqual([
    'both',
    'only',
  ]);
  expect((await app.get('/api/lists/only/profiles?filter=equals(email,"a@example.com")')).body.data).toHaveLength(1);
  expect(await addMember({ listId: 'only', profileId: a, at: at(4) }, context)).toBe('already');

  await undo();
  expect(await countMembers('both', context)).toBe(2);
  expect(await membersIn('both')).toHaveLength(2);
  expect((await membersIn('only')).map(({ id }: { id: string }) => id)).toEqual([b]);

  await merge();
  expect(await leaveList({ listId: 'both', profileId: b }, context)).toBe('left');
  expect(await membersIn('both')).toEqual([]);
  expect(await countMembers('both', context)).toBe(0);
  await undo();
  expect(await countMembers('both', context)).toBe(0);
});
