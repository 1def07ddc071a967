import { expect, test } from 'vitest';
import { createAccount } from '../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { rotateSecret } from '../../../functions/domains/accounts/tokens/actions.ts';
import { markErased } from '../../../functions/domains/erased/actions.ts';
import { parseEventId } from '../../../functions/domains/events/records/event-id.ts';
import { events as stored } from '../../../functions/domains/events/records/store.ts';
import { remove } from '../../../functions/platform/table/write.ts';
import { startSegment } from '../../api/segment/send.ts';
import type { Answer } from '../../support/app.ts';
import { event, eventHeader } from '../events/event-bodies.ts';
import { receiptIn } from './receipt-in.ts';

const start = async () => {
  const app = await startSegment();
  return {
    ...app,
    client: (body: object, headers?: Readonly<Record<string, string>>) =>
      app.post(`/client/events?company_id=${app.account}`, body, { authorization: '', ...headers }),
    receipt: (id: string, headers?: Readonly<Record<string, string>>) =>
      app.send('GET', `/api/receipts/${id}`, undefined, headers),
  };
};

type App = Awaited<ReturnType<typeof start>>;
const outcomeOf = async (app: App, answer: Answer) => (await app.receipt(receiptIn(answer))).body.data.attributes;

test('a receipt says what became of an event, and where it is', async () => {
  const app = await start();
  const answer = await app.post('/api/events', event({ unique_id: '1', value: 1 }));
  const { id = '' } = eventHeader(answer);
  const profileId = parseEventId(id)?.profileId;
  const place = {
    item_type: 'event',
    event_id: id,
    profile_id: profileId,
    event_url: `https://api.test/api/events/${id}/`,
    profile_url: `https://api.test/api/profiles/${profileId}/`,
    push_token_id: null,
  };
  const { status, body } = await app.receipt(receiptIn(answer));
  expect(status).toBe(200);
  expect(body.data).toMatchObject({ type: 'receipt', id: receiptIn(answer) });
  expect(body.data.attributes).toEqual({
    outcome: 'stored',
    source: `api:${app.keyId}`,
    received_at: '2026-01-01T00:00:00.000+00:00',
    list_id: null,
    rejected_item_id: null,
    consent: null,
    memberships: null,
    profile_ids: [place.profile_id],
    reasons: [],
    ...place,
  });
  const again = await app.post('/api/events', event({ unique_id: '1', value: 1 }));
  expect(await outcomeOf(app, again)).toMatchObject({ outcome: 'duplicate', ...place });
  const other = await app.post('/api/events', event({ unique_id: '1', value: 2 }));
  expect(await outcomeOf(app, other)).toMatchObject({ outcome: 'conflict', ...place });
});

test('a receipt names the profile that has the event after a merge', async () => {
  const app = await start();
  const answer = await app.client(event({ person: { anonymous_id: 'visitor' } }));
  const before = await outcomeOf(app, answer);
  await app.trusted('/v1/alias', { userId: 'u1', previousId: 'visitor' });
  const known = await app.trusted('/v1/track', { event: 'Seen', userId: 'u1', messageId: 'm1' });
  const [receipt = ''] = known.body.receipts;
  const { profile_id } = (await app.receipt(receipt)).body.data.attributes;
  expect(await outcomeOf(app, answer)).toEqual({
    ...before,
    profile_id,
    profile_url: expect.stringContaining(profile_id),
  });
});

test('after an erasure a receipt says erased, and names nobody', async () => {
  const app = await start();
  const answer = await app.post('/api/events', event());
  const place = parseEventId(eventHeader(answer).id ?? '');
  if (!place) throw new Error('no event');
  await app.table.write(remove(stored, { account: app.account, ...place }));
  expect(await outcomeOf(app, answer)).toMatchObject({ outcome: 'erased', event_id: null, profile_id: null });
});

test('public receipts have one form and length for stored, duplicate and erased', async () => {
  const app = await start();
  await markErased([{ kind: 'email', value: 'erased@example.com' }], 'job', app.context());
  app.at('2026-01-01T00:05:00Z');
  const answers = [
    await app.client(event({ unique_id: '1' })),
    await app.client(event({ unique_id: '1' })),
    await app.client(event({ unique_id: '1', value: 7 })),
    await app.client(event({ person: { email: 'erased@example.com' } })),
  ];
  expect(new Set(answers.map((answer) => receiptIn(answer).replaceAll(/\w|-/g, 'x'))).size).toBe(1);
  const outcomes = [];
  for (const answer of answers) outcomes.push((await outcomeOf(app, answer)).outcome);
  expect(outcomes).toEqual(['stored', 'duplicate', 'conflict', 'erased']);
});

test('each call of a Segment batch has a receipt, also one that the batch repeats', async () => {
  const app = await start();
  const call = (messageId: string, properties = {}) => ({
    type: 'track',
    event: 'Seen',
    userId: 'u1',
    messageId,
    properties,
  });
  const batch = [
    call('1'),
    { type: 'identify', userId: 'u1' },
    call('1'),
    call('1', { other: true }),
    { type: 'track' },
  ];
  const { body } = await app.trusted('/v1/batch', { batch });
  const outcomes = [];
  for (const receipt of body.receipts)
    outcomes.push(receipt === null ? null : (await app.receipt(receipt)).body.data.attributes.outcome);
  expect(outcomes).toEqual(['stored', 'stored', 'duplicate', 'conflict', 'rejected']);
});

test('identify and alias calls of Segment have receipts that lead to the profile', async () => {
  const app = await start();
  const identify = { type: 'identify', userId: 'u1', messageId: 'm1' };
  const batch = [
    identify,
    { type: 'alias', userId: 'u1', previousId: 'visitor', messageId: 'm2' },
    identify,
    { ...identify, traits: { name: 'Ada' } },
  ];
  const { body } = await app.trusted('/v1/batch', { batch });
  const found = [];
  for (const receipt of body.receipts) found.push((await app.receipt(receipt)).body.data.attributes);
  expect(found.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'duplicate', 'conflict']);
  expect(found.every(({ item_type }) => item_type === 'profile')).toBe(true);
  expect(new Set(found.map(({ profile_id }) => profile_id)).size).toBe(1);
});

test('a receipt of another account, a changed one and an invented one are a 404', async () => {
  const app = await start();
  const id = receiptIn(await app.post('/api/events', event()));
  const other = await createAccount({ name: 'Other' }, app.services);
  const { key } = await createKey({ account: other.id, name: 'k', scopes: ['*'] }, app.services);
  expect((await app.receipt(id, { authorization: `Bearer ${key}` })).status).toBe(404);
  for (const at of [0, 9, 40, 90, id.length - 2]) {
    const changed = `${id.slice(0, at)}${id[at] === 'A' ? 'B' : 'A'}${id.slice(at + 1)}`;
    expect((await app.receipt(changed)).status).toBe(404);
  }
  expect((await app.receipt('nonsense')).status).toBe(404);
  await rotateSecret({ purpose: 'receipt', revoke: false }, app.context());
  expect((await app.receipt(id)).status).toBe(200);
});

test('a robot on a website gets an answer of the same form', async () => {
  const app = await start();
  const path = `/client/events?company_id=${app.account}&onsite=true`;
  const robot = await app.post(path, event(), { authorization: '', 'user-agent': 'Googlebot/2.1' });
  const visitor = await app.post(path, event(), { authorization: '', 'user-agent': 'Mozilla/5.0 (X11) Chrome/140.0' });
  expect(receiptIn(robot)).toHaveLength(receiptIn(visitor).length);
  expect(await outcomeOf(app, robot)).toMatchObject({ outcome: 'rejected', event_id: null });
});
