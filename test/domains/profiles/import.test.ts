import { describe, expect, test } from 'vitest';
import { attributesOf, create, profile, startProfiles } from './people.ts';

describe('an upsert', () => {
  test('returns 201 for a new profile, 200 for a changed one, at the expected cost', async () => {
    const app = await startProfiles();
    const send = (attributes: object) => app.post('/api/profile-import?fields[profile]=email', profile(attributes));
    await send({ email: 'warm@example.com' });

    app.requests.length = 0;
    expect((await send({ email: 'ada@example.com', external_id: 'x' })).status).toBe(201);
    expect(app.requests).toEqual(['BatchGetItemCommand', 'TransactWriteItemsCommand']);

    app.requests.length = 0;
    expect((await send({ email: 'ada@example.com', title: 'Countess' })).status).toBe(200);
    expect(app.requests).toEqual(['GetItemCommand', 'GetItemCommand', 'UpdateItemCommand']);

    app.requests.length = 0;
    expect((await send({ email: 'ada@example.com', title: 'Countess' })).status).toBe(200);
    expect(app.requests).toEqual(['GetItemCommand', 'GetItemCommand']);
  });

  test.each([
    ['its id over all', ['id', 'external_id'], 409],
    ['external_id over email', ['external_id', 'email'], 409],
    ['email over phone_number', ['email', 'phone_number'], 409],
    ['external_id alone', ['external_id'], 200],
    ['email alone', ['email'], 200],
    ['phone_number alone', ['phone_number'], 200],
  ])('finds a profile by %s', async (_, kinds, expected) => {
    const app = await startProfiles();
    const values: Record<string, string> = { external_id: 'x', email: 'ada@example.com', phone_number: '+4930123456' };
    const ids: Record<string, string> = { id: await create(app, { external_id: 'first' }) };
    for (const [kind, value] of Object.entries(values)) ids[kind] = await create(app, { [kind]: value });
    const identifiers = Object.fromEntries(kinds.filter((kind) => kind !== 'id').map((kind) => [kind, values[kind]]));

    const { status, body } = await app.post(
      '/api/profile-import',
      profile({ ...identifiers, first_name: 'Z' }, kinds.includes('id') ? { id: ids.id } : {}),
    );

    expect(status).toBe(expected);
    if (expected === 200) expect(body.data.id).toBe(ids[kinds[0] ?? '']);
    else expect(body.errors[0].meta.duplicate_profile_id).toBe(ids[kinds[1] ?? '']);
  });

  test('with an unknown id returns 404', async () => {
    const app = await startProfiles();
    expect((await app.post('/api/profile-import', profile({ email: 'a@example.com' }, { id: 'nobody' }))).status).toBe(
      404,
    );
  });

  test('without an identifier returns 400', async () => {
    const app = await startProfiles();
    expect((await app.post('/api/profile-import', profile({ first_name: 'A', email: null }))).status).toBe(400);
  });

  test("of an identified person in another person's browser creates another profile", async () => {
    const app = await startProfiles();
    const ada = await create(app, { email: 'ada@example.com', anonymous_id: 'browser' });

    const { status, body } = await app.post(
      '/api/profile-import',
      profile({ email: 'bob@example.com', anonymous_id: 'browser' }),
    );

    expect(status).toBe(201);
    expect(body.data.id).not.toBe(ada);
    expect((await attributesOf(app, ada)).email).toBe('ada@example.com');
  });

  test('identifies an anonymous visitor', async () => {
    const app = await startProfiles();
    const visitor = await create(app, { anonymous_id: 'browser' });

    const { status, body } = await app.post(
      '/api/profile-import',
      profile({ email: 'ada@example.com', anonymous_id: 'browser' }),
    );

    expect({ status, id: body.data.id }).toEqual({ status: 200, id: visitor });
  });
});

describe('simultaneous writes', () => {
  test('create one profile from five equal requests', async () => {
    const app = await startProfiles();
    const request = profile({ email: 'ada@example.com', phone_number: '+4930123456', properties: { a: 1 } });

    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => app.post('/api/profile-import', request)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(1);
  });

  test('keep all properties of different writers', async () => {
    const app = await startProfiles();
    const id = await create(app, { email: 'ada@example.com' });

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => app.patch(`/api/profiles/${id}`, profile({ properties: { [`p${i}`]: i } }))),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(Object.keys((await attributesOf(app, id)).properties)).toHaveLength(10);
  });

  test("leave one owner per identifier when two profiles claim each other's", async () => {
    const app = await startProfiles();
    const a = await create(app, { email: 'a@example.com', external_id: 'a' });
    const b = await create(app, { email: 'b@example.com', external_id: 'b' });

    await Promise.all([
      app.patch(`/api/profiles/${a}`, profile({ email: null })),
      app.patch(`/api/profiles/${b}`, profile({ email: null })),
      app.patch(`/api/profiles/${a}`, profile({ email: 'b@example.com' })),
      app.patch(`/api/profiles/${b}`, profile({ email: 'a@example.com' })),
    ]);

    for (const email of ['a@example.com', 'b@example.com']) {
      const { body } = await app.get(`/api/profiles?filter=equals(email,"${email}")`);
      const owners = [a, b].map(async (id) => ((await attributesOf(app, id)).email === email ? [id] : []));
      expect(body.data.map(({ id }: { id: string }) => id)).toEqual((await Promise.all(owners)).flat());
    }
  });
});

describe('a browser', () => {
  const client = (app: Awaited<ReturnType<typeof startProfiles>>, attributes: object, more: object = {}) =>
    app.post(`/client/profiles/?company_id=${app.account}`, profile(attributes, more), { authorization: '' });

  test('gets the same response for known and unknown people', async () => {
    const app = await startProfiles();
    await create(app, { email: 'ada@example.com', external_id: 'x', properties: { big: 'x'.repeat(90_000) } });
    for (const name of ['p', 'q', 'r']) {
      await app.post('/api/profile-import', profile({ external_id: 'x', properties: { [name]: 'x'.repeat(85_000) } }));
    }
    const big = { properties: { s: 'x'.repeat(90_000) } };

    const answers = [
      await client(app, { email: 'new@example.com' }),
      await client(app, { email: 'ada@example.com' }),
      await client(app, { email: 'thief@example.com', external_id: 'x' }),
      await client(app, { email: 'ada@example.com', ...big }),
      await client(app, { email: 'other@example.com', ...big }),
      await client(app, { email: 'third@example.com' }, { id: 'nobody' }),
    ];

    const told = answers.map(({ status, body, headers: { 'RateLimit-Remaining': _, ...headers } }) => ({
      status,
      body,
      headers: Object.keys(headers),
    }));
    expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(told[0]).toMatchObject({ status: 202, body: undefined });
  });

  test('changes no identifier of an identified profile, by identifiers or by id', async () => {
    const app = await startProfiles();
    const id = await create(app, { email: 'ada@example.com', external_id: 'x' });
    const theft = { email: 'thief@example.com', phone_number: '+4930123456' };

    await client(app, { ...theft, external_id: 'x' });
    await client(app, { email: 'ada@example.com', external_id: 'mine', phone_number: null });
    await client(app, { ...theft, email: 'ada@example.com' }, { id });

    expect(await attributesOf(app, id)).toMatchObject({
      email: 'ada@example.com',
      external_id: 'x',
      phone_number: null,
    });
  });

  test('gets the errors of its request, and needs no key', async () => {
    const app = await startProfiles();
    expect((await client(app, { email: 'no' })).status).toBe(400);
    expect((await client(app, {})).status).toBe(400);
    expect((await app.post('/client/profiles?company_id=AAAAA', profile({ email: 'a@example.com' }))).status).toBe(404);
  });

  test('may add to a profile, not clear it', async () => {
    const app = await startProfiles();
    await create(app, { email: 'ada@example.com', first_name: 'Ada', properties: { plan: 'gold', tags: ['a'] } });

    await client(app, { email: 'ada@example.com', first_name: null, title: 'Countess', properties: { plan: null } });
    const meta = { patch_properties: { append: { tags: 'b' }, unset: ['plan'], unappend: { tags: 'a' } } };
    await client(app, { email: 'ada@example.com', properties: null, meta });

    const { body } = await app.get('/api/profiles?filter=equals(email,"ada@example.com")');
    expect(body.data[0].attributes).toMatchObject({
      first_name: 'Ada',
      title: 'Countess',
      properties: { plan: 'gold', tags: ['a', 'b'] },
    });
  });
});
