import { describe, expect, test } from 'vitest';
import { type App, attributesOf, create, profile } from '../people.ts';
import { a, event, group, type Shop, sharedNumber as shared, start } from './two-people.ts';

const bulkEvents = (people: readonly object[]) => ({
  data: {
    type: 'event-bulk-create-job',
    attributes: { 'events-bulk-create': { data: people.map(group) } },
  },
});

const ways: readonly [string, (app: Shop, person: object) => ReturnType<App['post']>, number][] = [
  ['POST /api/profile-import', (app, person) => app.post('/api/profile-import', profile(person)), 201],
  ['POST /api/events', (app, person) => app.post('/api/events', event(person)), 202],
  [
    'POST /api/event-bulk-create-jobs',
    (app, person) => app.post('/api/event-bulk-create-jobs', bulkEvents([person])),
    202,
  ],
];

describe.each(ways)('%s', (_, send, created) => {
  test('that names another e-mail address and an owned number applies to another person', async () => {
    const app = await start();
    const id = await create(app, a);

    const { status, headers } = await send(app, { email: 'b@example.com', phone_number: shared, first_name: 'Bea' });

    expect(status).toBe(created);
    expect(headers['Tributary-Left-Out']).toMatch(/^phone_number/);
    expect(await attributesOf(app, id)).toMatchObject(a);
    const other = await app.find('email', 'b@example.com');
    expect(other.id).not.toBe(id);
    expect(other.attributes).toMatchObject({ phone_number: null, first_name: 'Bea' });
    expect((await app.find('phone_number', shared)).id).toBe(id);
  });

  test('that is repeated changes nothing more', async () => {
    const app = await start();
    const id = await create(app, a);
    const person = { email: 'b@example.com', phone_number: shared, first_name: 'Bea' };
    await send(app, person);
    const first = await app.find('email', 'b@example.com');

    const { status, headers } = await send(app, person);

    expect([200, 202]).toContain(status);
    expect(headers['Tributary-Left-Out']).toMatch(/^phone_number/);
    expect((await app.find('email', 'b@example.com')).id).toBe(first.id);
    expect(await attributesOf(app, id)).toMatchObject(a);
  });

  test('that names another external id and an owned address applies to another person', async () => {
    const app = await start();
    const id = await create(app, { ...a, external_id: 'C1' });

    const { headers } = await send(app, { external_id: 'C2', email: a.email, phone_number: '+4930654321' });

    expect(headers['Tributary-Left-Out']).toMatch(/^email/);
    expect(await attributesOf(app, id)).toMatchObject({ ...a, external_id: 'C1' });
    const other = await app.find('external_id', 'C2');
    expect(other.attributes).toMatchObject({ email: null, phone_number: '+4930654321' });
    expect(other.id).not.toBe(id);
  });

  test('that names an owned external id may change the address and the number', async () => {
    const app = await start();
    const id = await create(app, { ...a, external_id: 'C1' });

    const { headers } = await send(app, { external_id: 'C1', email: 'new@example.com', phone_number: '+4930654321' });

    expect(headers['Tributary-Left-Out']).toBeUndefined();
    expect(await attributesOf(app, id)).toMatchObject({ email: 'new@example.com', phone_number: '+4930654321' });
  });

  test('that names an owned address changes the external id only if the account ranks e-mail higher', async () => {
    const app = await start({ strongestIdentifier: 'email' });
    const id = await create(app, { ...a, external_id: 'old-shop-1' });

    const { headers } = await send(app, { external_id: 'new-shop-1', email: a.email });

    expect(headers['Tributary-Left-Out']).toBeUndefined();
    expect(await attributesOf(app, id)).toMatchObject({ ...a, external_id: 'new-shop-1' });
  });

  test('that names another address and an owned external id applies to another person if e-mail ranks higher', async () => {
    const app = await start({ strongestIdentifier: 'email' });
    const id = await create(app, { ...a, external_id: 'C1' });

    const { headers } = await send(app, { external_id: 'C1', email: 'b@example.com' });

    expect(headers['Tributary-Left-Out']).toMatch(/^external_id/);
    expect(await attributesOf(app, id)).toMatchObject({ ...a, external_id: 'C1' });
    expect((await app.find('email', 'b@example.com')).attributes.external_id).toBeNull();
  });

  test('that adds a stronger identifier to a profile without one of that kind applies to it', async () => {
    const app = await start();
    const id = await create(app, { phone_number: shared });

    const { headers } = await send(app, { email: 'b@example.com', phone_number: shared });

    expect(headers['Tributary-Left-Out']).toBeUndefined();
    expect(await attributesOf(app, id)).toMatchObject({ email: 'b@example.com', phone_number: shared });
  });

  test('that clears an identifier stronger than the one it names leaves it, and reports it', async () => {
    const app = await start();
    const id = await create(app, a);

    const { headers } = await send(app, { email: null, phone_number: shared, first_name: 'Anna' });

    expect(headers['Tributary-Left-Out']).toMatch(/^email/);
    expect(await attributesOf(app, id)).toMatchObject({ ...a, first_name: 'Anna' });
  });

  test('applies to the weaker owner without a contradiction if the stronger one is another person', async () => {
    const app = await start();
    const first = await create(app, { external_id: 'C1', email: 'a@example.com' });
    const second = await create(app, { phone_number: '+4930654321' });

    const { headers } = await send(app, { external_id: 'C2', email: 'a@example.com', phone_number: '+4930654321' });

    expect(headers['Tributary-Left-Out']).toMatch(/^email/);
    expect(await attributesOf(app, first)).toMatchObject({ external_id: 'C1', email: 'a@example.com' });
    expect(await attributesOf(app, second)).toMatchObject({ external_id: 'C2', phone_number: '+4930654321' });
  });

  test('merges no two people even if the account merges', async () => {
    const app = await start({ onSeveralProfiles: 'merge' });
    const first = await create(app, { external_id: 'C1' });
    const second = await create(app, { email: 'b@example.com', phone_number: shared });

    const { headers } = await send(app, { external_id: 'C1', email: 'a@example.com', phone_number: shared });

    expect(headers['Tributary-Left-Out']).toMatch(/^phone_number/);
    expect((await app.get(`/api/profiles/${second}`)).body.data.id).toBe(second);
    expect(await attributesOf(app, first)).toMatchObject({ email: 'a@example.com', phone_number: null });
    expect(await attributesOf(app, second)).toMatchObject({ email: 'b@example.com', phone_number: shared });
  });
});

test('finds a merged person by the address of the source', async () => {
  const app = await start();
  const into = await create(app, { email: 'a@example.com', external_id: 'C1', phone_number: shared });
  const from = await create(app, { email: 'b@example.com' });
  const merged = await app.post('/api/profile-merge', {
    data: { type: 'profile-merge', id: into, relationships: { profiles: { data: [{ type: 'profile', id: from }] } } },
  });
  expect(merged.status).toBeLessThan(300);

  const { status, headers, body } = await app.post(
    '/api/profile-import',
    profile({ email: 'b@example.com', phone_number: shared, first_name: 'Ann' }),
  );

  expect([status, body.data.id, headers['Tributary-Left-Out']]).toEqual([200, into, undefined]);
});

test("an explicit write by id changes any identifier, and conflicts with another's", async () => {
  const app = await start();
  const id = await create(app, { ...a, external_id: 'C1' });
  const other = await create(app, { email: 'b@example.com' });
  const changed = await app.patch(`/api/profiles/${id}`, profile({ external_id: 'C2', email: 'c@example.com' }));
  expect(changed.body.data.attributes).toMatchObject({
    external_id: 'C2',
    email: 'c@example.com',
    phone_number: shared,
  });
  const refused = await app.patch(`/api/profiles/${id}`, profile({ email: 'b@example.com' }));
  expect(refused).toMatchObject({ status: 409, body: { errors: [{ meta: { duplicate_profile_id: other } }] } });
});

test('a new profile with an owned number conflicts', async () => {
  const app = await start();
  const id = await create(app, a);
  const refused = await app.post('/api/profiles', profile({ email: 'b@example.com', phone_number: shared }));
  expect(refused).toMatchObject({ status: 409, body: { errors: [{ meta: { duplicate_profile_id: id } }] } });
});

test('a bulk request of events reports the number of omitted identifiers, and their persons', async () => {
  const app = await start();
  await create(app, a);
  const { headers } = await app.post(
    '/api/event-bulk-create-jobs',
    bulkEvents([
      { email: 'c@example.com' },
      { email: 'b@example.com', phone_number: shared },
      { email: 'd@example.com', phone_number: shared },
    ]),
  );
  expect(headers['Tributary-Left-Out']).toBe('phone_number=2; profiles="1 2"');
});
