import { expect, test } from 'vitest';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';

const profile = (attributes: object) => ({ data: { type: 'profile', attributes } });

test('creates a profile with normalized identifiers', async () => {
  const app = await startApp(profiles);

  const { status, body } = await app.post(
    '/api/profiles/',
    profile({ email: ' Ada@Example.COM ', properties: { big: 2 ** 70, deep: [{ a: null }] } }),
  );

  expect(status).toBe(201);
  expect(body.data).toMatchObject({
    type: 'profile',
    attributes: {
      email: 'ada@example.com',
      created: '2026-01-01T00:00:00.000+00:00',
      properties: { big: 2 ** 70, deep: [{ a: null }] },
    },
    links: { self: `https://api.test/api/profiles/${body.data.id}/` },
  });
  expect(app.requests).toEqual([
    ...['GetItemCommand', 'GetItemCommand', 'GetItemCommand', 'TransactWriteItemsCommand'],
    // The account's first call makes the secret of its receipts.
    ...['QueryCommand', 'PutItemCommand'],
  ]);
});

test('refuses a second profile with the same identifier, and names the first', async () => {
  const app = await startApp(profiles);
  const first = await app.post('/api/profiles', profile({ email: 'ada@example.com' }));

  const { status, body } = await app.post('/api/profiles', profile({ email: 'ADA@example.com', external_id: 'x1' }));

  expect(status).toBe(409);
  expect(body.errors).toMatchObject([
    { code: 'duplicate_profile', meta: { duplicate_profile_id: first.body.data.id } },
  ]);
});

test('reports every problem of a request at its place', async () => {
  const app = await startApp(profiles);

  const { status, body } = await app.post(
    '/api/profiles?sort=name',
    profile({ email: 'ada', phone_number: '030 1234', external_id: 'null', first_name: 5 }),
  );

  expect(status).toBe(400);
  expect(body.errors.map((e: { source: object }) => e.source)).toEqual([
    { parameter: 'sort' },
    { pointer: '/data/attributes/external_id' },
    { pointer: '/data/attributes/email' },
    { pointer: '/data/attributes/phone_number' },
    { pointer: '/data/attributes/first_name' },
  ]);
});

test.each([
  [1e57, 400],
  [-180.5, 400],
  [179.9999, 201],
  [1e-200, 201],
])('returns for a latitude of %d the status %i', async (latitude, expected) => {
  const app = await startApp(profiles);
  const { status } = await app.post('/api/profiles', profile({ email: 'ada@example.com', location: { latitude } }));
  expect(status).toBe(expected);
});

test('creates one profile for twenty simultaneous writers of one person', async () => {
  const app = await startApp(profiles);

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => app.post('/api/profiles', profile({ email: 'ada@example.com' }))),
  );

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
});
