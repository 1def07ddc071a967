import { expect, test } from 'vitest';
import { startProfiles } from '../people.ts';

type App = Awaited<ReturnType<typeof startProfiles>>;
type Attributes = Readonly<Record<string, unknown>>;

const create = async (app: App, attributes: Attributes): Promise<string> => {
  const { status, body } = await app.post('/api/profiles', { data: { type: 'profile', attributes } });
  expect(status).toBe(201);
  return body.data.id;
};
const merge = (app: App, destination: string, source: string) =>
  app.post('/api/profile-merge', {
    data: {
      type: 'profile-merge',
      id: destination,
      relationships: { profiles: { data: [{ type: 'profile', id: source }] } },
    },
  });
const read = async (app: App, id: string) => (await app.get(`/api/profiles/${id}`)).body.data;
const found = async (app: App, filter: string): Promise<string[]> =>
  (await app.get(`/api/profiles?filter=${filter}`)).body.data.map(({ id }: { id: string }) => id);
const mergesOf = async (app: App, id: string) => (await app.get(`/api/profiles/${id}/merges`)).body.data;
const undo = (app: App, id: string) => app.post(`/api/profile-merges/${id}/undo`, undefined);

const ada = {
  email: 'ada@example.com',
  first_name: 'Ada',
  properties: { plan: 'gold', colour: 'green' },
  location: { city: 'London' },
};
const countess = {
  email: 'countess@example.com',
  phone_number: '+4930123456',
  external_id: 'c-1',
  first_name: 'A.',
  last_name: 'Lovelace',
  properties: { plan: 'silver', size: 'M' },
  location: { city: 'Ockham', country: 'UK', timezone: 'Europe/London' },
};

test("keeps the destination's values, fills gaps from the source, and finds it by all ids of both", async () => {
  const app = await startProfiles();
  const a = await create(app, ada);
  const b = await create(app, countess);
  const before = { a: await read(app, a), b: await read(app, b) };
  app.requests.length = 0;
  app.at('2026-01-02T00:00:00Z');
  expect(await merge(app, a, b)).toMatchObject({ status: 201, body: { data: { type: 'profile', id: a } } });
  // Two for rate limit and key, both profiles, everything in one transaction.
  expect(app.requests.filter((name) => name === 'TransactWriteItemsCommand')).toHaveLength(1);

  const after = await read(app, a);
  expect(after.attributes).toMatchObject({
    email: 'ada@example.com',
    phone_number: '+4930123456',
    external_id: 'c-1',
    first_name: 'Ada',
    last_name: 'Lovelace',
    properties: { plan: 'gold', colour: 'green', size: 'M' },
    location: { city: 'Ockham', country: 'UK', timezone: 'Europe/London' },
    created: before.a.attributes.created,
    updated: '2026-01-02T00:00:00.000+00:00',
  });
  expect(await read(app, b)).toEqual(after);
  for (const filter of [
    'equals(email,"ada@example.com")',
    'equals(email,"countess@example.com")',
    'equals(phone_number,"%2B4930123456")',
    'equals(external_id,"c-1")',
    `equals(id,"${b}")`,
    `any(id,["${a}","${b}"])`,
  ]) {
    expect(await found(app, filter), filter).toEqual([a]);
  }
  expect((await app.get('/api/profiles')).body.data.map(({ id }: { id: string }) => id)).toEqual([a]);
  expect((await app.get('/api/profiles?sort=email')).body.data).toHaveLength(1);
  expect((await app.get('/api/profiles?sort=-updated')).body.data).toHaveLength(1);

  // A repeated merge, in either direction, is done already.
  expect((await merge(app, a, b)).body.data.id).toBe(a);
  expect((await merge(app, b, a)).body.data.id).toBe(a);
  expect(await mergesOf(app, a)).toHaveLength(1);

  const [done] = await mergesOf(app, b);
  expect(done.attributes).toMatchObject({ destination_id: a, source_id: b, cause: 'request', key_id: app.keyId });
  app.at('2026-01-03T00:00:00Z');
  const undone = await undo(app, done.id);
  expect(undone).toMatchObject({
    status: 200,
    body: { data: { attributes: { undone_at: '2026-01-03T00:00:00.000Z', not_restored: [] } } },
  });
  expect((await undo(app, done.id)).body).toEqual(undone.body);
  const updated = '2026-01-03T00:00:00.000+00:00';
  expect(await read(app, a)).toEqual({ ...before.a, attributes: { ...before.a.attributes, updated } });
  expect(await read(app, b)).toEqual({ ...before.b, attributes: { ...before.b.attributes, updated } });
  expect(await found(app, 'equals(email,"countess@example.com")')).toEqual([b]);
  expect(await found(app, 'equals(external_id,"c-1")')).toEqual([b]);
  expect((await app.get('/api/profiles')).body.data).toHaveLength(2);
});

test('keeps later changes with the destination on an undo, and reports identifiers that moved elsewhere', async () => {
  const app = await startProfiles();
  const a = await create(app, ada);
  const b = await create(app, countess);
  await merge(app, a, b);
  // By an old id and an old address.
  await app.patch(`/api/profiles/${b}`, {
    data: { type: 'profile', id: b, attributes: { title: 'Countess', properties: { size: 'L' }, phone_number: null } },
  });
  await app.post('/api/profile-import', {
    data: { type: 'profile', attributes: { email: 'countess@example.com', organization: 'Engine' } },
  });
  const thief = await create(app, { phone_number: '+4930123456' });
  const [done] = await mergesOf(app, a);
  const { body } = await undo(app, done.id);
  expect(body.data.attributes.not_restored).toEqual([
    { kind: 'phone_number', value: '+4930123456', profile_id: b, held_by: thief },
  ]);
  expect((await read(app, a)).attributes).toMatchObject({
    email: 'ada@example.com',
    phone_number: null,
    external_id: null,
    last_name: null,
    title: 'Countess',
    organization: 'Engine',
    properties: { plan: 'gold', colour: 'green', size: 'L' },
    location: { city: 'London', country: null, timezone: null },
  });
  expect((await read(app, b)).attributes).toMatchObject({
    email: 'countess@example.com',
    phone_number: null,
    external_id: 'c-1',
    title: null,
    properties: { plan: 'silver', size: 'M' },
  });
});

test("makes a merged address the profile's own if a call names it with a stronger identifier", async () => {
  const app = await startProfiles();
  const a = await create(app, ada);
  const b = await create(app, countess);
  await merge(app, a, b);
  const say = (attributes: Attributes) => app.post('/api/profile-import', { data: { type: 'profile', attributes } });
  expect((await say({ email: 'countess@example.com' })).body.data.attributes.email).toBe('ada@example.com');
  expect((await say({ email: 'countess@example.com', external_id: 'c-1' })).body.data.attributes.email).toBe(
    'countess@example.com',
  );
  expect(await found(app, 'equals(email,"ada@example.com")')).toEqual([a]);
  const [done] = await mergesOf(app, a);
  await undo(app, done.id);
  expect((await read(app, a)).attributes.email).toBe('ada@example.com');
  expect((await read(app, b)).attributes.email).toBe('countess@example.com');
});

test('chains merges, undoes them in any order that leaves whole profiles, and prevents cycles', async () => {
  const app = await startProfiles();
  const [a, b, c] = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      create(app, { email: `${name}@example.com`, properties: { [name]: 1, shared: name } }),
    ),
  );
  if (!a || !b || !c) throw new Error('There are three.');
  await merge(app, b, a);
  app.at('2026-01-01T00:00:01Z');
  await merge(app, c, b);
  expect((await merge(app, a, c)).body.data.id).toBe(c);
  for (const id of [a, b, c]) expect((await read(app, id)).id).toBe(c);
  expect((await read(app, a)).attributes.properties).toEqual({ a: 1, b: 1, c: 1, shared: 'c' });

  const done = await mergesOf(app, a);
  const [second, first] = done;
  expect(done.map(({ attributes }: { attributes: { source_id: string } }) => attributes.source_id)).toEqual([b, a]);
  expect(await undo(app, first.id)).toMatchObject({ status: 409, body: { errors: [{ meta: { profile_id: c } }] } });
  await undo(app, second.id);
  expect((await read(app, c)).attributes.properties).toEqual({ c: 1, shared: 'c' });
  expect((await read(app, a)).id).toBe(b);
  await undo(app, first.id);
  expect((await read(app, b)).attributes.properties).toEqual({ b: 1, shared: 'b' });
  expect((await read(app, a)).attributes.properties).toEqual({ a: 1, shared: 'a' });

  // Of two merges into one, the first can be undone: the second then fills its gaps.
  await merge(app, c, a);
  await merge(app, c, b);
  const list = await mergesOf(app, c);
  const ofA = list.find(
    (one: { attributes: Attributes }) => one.attributes.source_id === a && !one.attributes.undone_at,
  );
  await undo(app, ofA.id);
  expect((await read(app, c)).attributes.properties).toEqual({ b: 1, c: 1, shared: 'c' });
});

test('reports why a merge is impossible', async () => {
  const app = await startProfiles();
  const a = await create(app, ada);
  expect((await merge(app, a, a)).status).toBe(400);
  expect((await merge(app, a, 'nobody')).status).toBe(404);
  expect((await merge(app, 'nobody', a)).status).toBe(404);
  expect((await undo(app, 'nothing')).status).toBe(404);
  expect((await undo(app, `${a}${a}`)).status).toBe(404);
  expect((await app.get('/api/profiles/nobody/merges')).status).toBe(404);
});
