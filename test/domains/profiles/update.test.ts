import { describe, expect, test } from 'vitest';
import { attributesOf, create, profile, startProfiles } from './people.ts';

const given = {
  email: 'ada@example.com',
  first_name: 'Ada',
  location: { city: 'London', zip: 'N1' },
  properties: { a: 1, b: [1] },
};

describe('an update', () => {
  test.each([
    ['nothing', {}, {}],
    ['an absent attribute keeps it', { last_name: 'L' }, { first_name: 'Ada', last_name: 'L' }],
    ['null clears', { first_name: null }, { first_name: null }],
    ['an empty text clears', { first_name: '' }, { first_name: null }],
    [
      'a place is changed field by field',
      { location: { city: null, country: 'GB' } },
      { location: { city: null, country: 'GB', zip: 'N1' } },
    ],
    ['null clears the place', { location: null }, { location: { city: null, zip: null } }],
    ['properties are set one by one', { properties: { a: 2, c: {} } }, { properties: { a: 2, b: [1], c: {} } }],
    ['a property of null is removed', { properties: { a: null } }, { properties: { b: [1] } }],
    ['null clears all properties', { properties: null }, { properties: {} }],
    ['an identifier is added', { external_id: 'x' }, { external_id: 'x', email: 'ada@example.com' }],
    ['an identifier is changed', { email: 'B@example.com' }, { email: 'b@example.com' }],
  ])('%s', async (_, attributes, expected) => {
    const app = await startProfiles();
    const id = await create(app, given);

    const { status, body } = await app.patch(`/api/profiles/${id}`, profile(attributes, { id }));

    expect(status).toBe(200);
    expect(body.data.attributes).toMatchObject(expected);
    expect(Object.keys(body.data.attributes.properties)).toEqual(
      Object.keys('properties' in expected ? expected.properties : given.properties),
    );
    expect(await attributesOf(app, id)).toEqual(body.data.attributes);
  });

  test.each([
    ['append to a list', { append: { b: 2 } }, { a: 1, b: [1, 2] }],
    ['append several', { append: { b: [2, 2, 1] } }, { a: 1, b: [1, 2] }],
    ['append what is there', { append: { b: 1 } }, { a: 1, b: [1] }],
    ['append to a single value', { append: { a: 2 } }, { a: [1, 2], b: [1] }],
    ['append to nothing', { append: { c: 'x' } }, { a: 1, b: [1], c: ['x'] }],
    ['append nothing', { append: null, unappend: null, unset: null }, { a: 1, b: [1] }],
    ['unappend', { unappend: { b: 1 } }, { a: 1, b: [] }],
    ['unappend what is not there', { unappend: { c: 1, b: 9 } }, { a: 1, b: [1] }],
    ['unset one', { unset: 'a' }, { b: [1] }],
    ['unset several', { unset: ['a', 'b', 'zzz'] }, {}],
    [
      'names that every object has',
      { append: { toString: 'x' }, unappend: { constructor: 1 }, unset: ['valueOf'] },
      { a: 1, b: [1], toString: ['x'] },
    ],
    ['all at once', { append: { b: { x: 1 } }, unappend: { b: 1 }, unset: ['a'] }, { b: [{ x: 1 }] }],
  ])('patches properties: %s', async (_, patch_properties, expected) => {
    const app = await startProfiles();
    const id = await create(app, given);
    const other = await create(app, { ...given, email: 'other@example.com' });

    const beside = await app.patch(`/api/profiles/${id}`, profile({}, { id, meta: { patch_properties } }));
    const within = await app.patch(`/api/profiles/${other}`, profile({ meta: { patch_properties } }));

    expect(beside.body.data.attributes.properties).toEqual(expected);
    expect(within.body.data.attributes.properties).toEqual(expected);
  });

  test('without a change writes nothing', async () => {
    const app = await startProfiles();
    const id = await create(app, given);
    app.at('2026-01-01T00:10:00Z');
    app.requests.length = 0;

    const { body } = await app.patch(`/api/profiles/${id}`, profile(given));

    expect(body.data.attributes.updated).toBe('2026-01-01T00:00:00.000+00:00');
    expect(app.requests.filter((name) => !/Get|Query/.test(name))).toEqual([]);
  });

  test('without identifiers is one write without a transaction', async () => {
    const app = await startProfiles();
    const id = await create(app, given);
    app.requests.length = 0;

    await app.patch(`/api/profiles/${id}?fields[profile]=email`, profile({ first_name: 'B' }));

    expect(app.requests).toEqual(['GetItemCommand', 'UpdateItemCommand']);
  });

  test("to another profile's identifier is a conflict that names the profile", async () => {
    const app = await startProfiles();
    const id = await create(app, given);
    const other = await create(app, { phone_number: '+4930123456' });

    const { status, body } = await app.patch(`/api/profiles/${id}`, profile({ phone_number: '+49 30 123456' }));

    expect(status).toBe(409);
    expect(body.errors[0]).toMatchObject({ code: 'duplicate_profile', meta: { duplicate_profile_id: other } });
    expect((await attributesOf(app, id)).phone_number).toBeNull();
  });

  test('frees the identifier that it replaces or clears', async () => {
    const app = await startProfiles();
    const id = await create(app, { ...given, external_id: 'x' });

    await app.patch(`/api/profiles/${id}`, profile({ email: 'new@example.com', external_id: null }));

    await create(app, { email: given.email });
    await create(app, { external_id: 'x' });
  });

  test('cannot clear the last identifier', async () => {
    const app = await startProfiles();
    const id = await create(app, given);

    expect((await app.patch(`/api/profiles/${id}`, profile({ email: null }))).status).toBe(400);
    expect((await attributesOf(app, id)).email).toBe(given.email);
  });

  test('of an unknown profile returns 404, and of a contradicting id 400', async () => {
    const app = await startProfiles();
    const id = await create(app, given);

    expect((await app.patch('/api/profiles/nobody', profile({ email: given.email }))).status).toBe(404);
    expect((await app.patch(`/api/profiles/${'x'.repeat(3000)}`, profile({}))).status).toBe(404);
    const { status, body } = await app.patch(`/api/profiles/${id}`, profile({}, { id: 'other' }));
    expect(status).toBe(400);
    expect(body.errors[0].source).toEqual({ pointer: '/data/id' });
  });
});

test('lets a profile grow to about 350 KB, and refuses more', async () => {
  const app = await startProfiles();
  const id = await create(app, given);
  const grow = (name: string) =>
    app.patch(`/api/profiles/${id}`, profile({ properties: { [name]: 'x'.repeat(90_000) } }));

  for (const name of ['p', 'q', 'r']) expect((await grow(name)).status).toBe(200);
  const { status, body } = await grow('s');

  expect(status).toBe(400);
  expect(body.errors[0].source).toEqual({ pointer: '/data/attributes/properties' });
});

test('refuses a body of more than 100 KB', async () => {
  const app = await startProfiles();
  expect((await app.post('/api/profiles', profile({ ...given, properties: { x: 'x'.repeat(102_400) } }))).status).toBe(
    413,
  );
});
