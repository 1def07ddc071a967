import { describe, expect, test } from 'vitest';
import { markErased } from '../../../../functions/domains/erased/actions.ts';
import { events } from '../../../../functions/services/events.ts';
import { profiles } from '../../../../functions/services/profiles.ts';
import { startApp } from '../../../support/app.ts';
import { startBulk } from '../../bulk-imports/bulk.ts';
import { type App, create, profile, startProfiles } from '../people.ts';

const [ADA, OTHER, THIRD, BOB] = ['ada@example.com', 'ada@work.example', 'ada@old.example', 'bob@example.com'] as const;

const metaOf = (append: readonly string[], unappend: readonly string[] = []) => ({
  meta: { patch_identifiers: { append: { email: append }, unappend: { email: unappend } } },
});

const ownerOf = async (app: App, email: string): Promise<string | undefined> =>
  (await app.get(`/api/profiles?filter=equals(email,"${encodeURIComponent(email)}")`)).body.data[0]?.id;

const patch = (app: App, id: string, meta: object, attributes: object = {}) =>
  app.patch(`/api/profiles/${id}`, profile(attributes, meta));

describe('by its id', () => {
  test('a profile gains further addresses, and loses them again', async () => {
    const app = await startProfiles();
    const id = await create(app, { email: ADA });
    const { status, body } = await patch(app, id, metaOf([OTHER.toUpperCase(), THIRD]));
    expect([status, body.data.attributes.email]).toEqual([200, ADA]);
    expect(await Promise.all([ADA, OTHER, THIRD].map((email) => ownerOf(app, email)))).toEqual([id, id, id]);

    expect((await patch(app, id, metaOf([], [OTHER]))).status).toBe(200);
    expect(await Promise.all([ADA, OTHER, THIRD].map((email) => ownerOf(app, email)))).toEqual([id, undefined, id]);
    expect(await create(app, { email: OTHER })).not.toBe(id);
  });

  test('a repeated call changes nothing more', async () => {
    const app = await startProfiles();
    const id = await create(app, { email: ADA });
    await patch(app, id, metaOf([OTHER, OTHER]));
    app.requests.length = 0;
    expect((await patch(app, id, metaOf([OTHER, ADA], [BOB]))).status).toBe(200);
    expect(app.requests.filter((name) => !/Get|Query/.test(name))).toEqual([]);
  });

  test('a replaced address can stay as a further one', async () => {
    const app = await startProfiles();
    const id = await create(app, { email: ADA });
    const { status, body } = await patch(app, id, metaOf([ADA]), { email: OTHER });
    expect([status, body.data.attributes.email]).toEqual([200, OTHER]);
    expect([await ownerOf(app, ADA), await ownerOf(app, OTHER)]).toEqual([id, id]);
  });

  test('without an address, the first becomes its own', async () => {
    const app = await startProfiles();
    const id = await create(app, { external_id: 'c1' });
    const { body } = await patch(app, id, metaOf([OTHER, THIRD]));
    expect(body.data.attributes.email).toBe(OTHER);
    expect(await ownerOf(app, THIRD)).toBe(id);
  });

  test('an address both added and removed is removed', async () => {
    const app = await startProfiles();
    const id = await create(app, { email: ADA });
    expect((await patch(app, id, metaOf([OTHER], [OTHER]))).status).toBe(200);
    expect(await ownerOf(app, OTHER)).toBeUndefined();
    await patch(app, id, metaOf([OTHER]));
    expect((await patch(app, id, metaOf([OTHER], [OTHER]))).status).toBe(200);
    expect(await ownerOf(app, OTHER)).toBeUndefined();
  });

  test.each([
    ['an address of somebody else', metaOf([OTHER, BOB]), {}, 409, '/data/meta/patch_identifiers/append/email'],
    ['its own address', metaOf([], [ADA]), {}, 400, '/data/meta/patch_identifiers/unappend/email'],
    [
      'the address that it just got',
      metaOf([], [OTHER]),
      { email: OTHER },
      400,
      '/data/meta/patch_identifiers/unappend/email',
    ],
    ['no address', metaOf(['ada']), {}, 400, '/data/meta/patch_identifiers/append/email/0'],
    [
      'too many',
      metaOf(Array.from({ length: 10 }, (_, i) => `a${i}@example.com`)),
      {},
      400,
      '/data/meta/patch_identifiers/append/email',
    ],
  ])('%s is refused at its place, without a change', async (_, meta, attributes, status, pointer) => {
    const app = await startProfiles();
    const id = await create(app, { email: ADA });
    const bob = await create(app, { email: BOB });
    const { status: answered, body } = await patch(app, id, meta, { title: 'Dr', ...attributes });
    expect([answered, body.errors[0].source]).toEqual([status, { pointer }]);
    if (status === 409)
      expect(body.errors[0]).toMatchObject({ code: 'duplicate_profile', meta: { duplicate_profile_id: bob } });
    expect((await app.get(`/api/profiles/${id}`)).body.data.attributes).toMatchObject({ email: ADA, title: null });
    expect(await ownerOf(app, OTHER)).toBeUndefined();
    expect(await ownerOf(app, BOB)).toBe(bob);
  });
});

test('an erased person does not return as a further address', async () => {
  const app = await startProfiles();
  await markErased([{ kind: 'email', value: OTHER }], 'j1', app.context());
  const id = await create(app, { email: ADA });
  const { status, body } = await patch(app, id, metaOf([OTHER]));
  expect([status, body.errors[0].code]).toEqual([410, 'erased']);
  expect(body.errors[0].source).toEqual({ pointer: '/data/meta/patch_identifiers/append/email' });
});

describe('by an identifier', () => {
  const send = (app: App, attributes: object, meta: object) =>
    app.post('/api/profile-import', profile(attributes, meta));

  test.each([
    ['an external id', { external_id: 'c1' }],
    ['an address', { email: ADA }],
    ['a further address', { email: THIRD }],
  ])('%s is strong enough', async (_, attributes) => {
    const app = await startProfiles();
    const id = await create(app, { external_id: 'c1', email: ADA, phone_number: '+4930123456' });
    await patch(app, id, metaOf([THIRD]));
    const { status, headers } = await send(app, attributes, metaOf([OTHER]));
    expect([status, headers['Tributary-Left-Out']]).toEqual([200, undefined]);
    expect(await ownerOf(app, OTHER)).toBe(id);
  });

  test('a weaker one adds and removes no address, and the response says so', async () => {
    const app = await startProfiles();
    const id = await create(app, { email: ADA, phone_number: '+4930123456' });
    await patch(app, id, metaOf([THIRD]));
    for (const meta of [metaOf([OTHER]), metaOf([], [THIRD])]) {
      const { status, headers, body } = await send(app, { phone_number: '+4930123456' }, meta);
      expect([status, body.data.id, headers['Tributary-Left-Out']]).toEqual([200, id, 'email']);
    }
    expect([await ownerOf(app, OTHER), await ownerOf(app, THIRD)]).toEqual([undefined, id]);
  });

  test('a new person has them immediately', async () => {
    const app = await startProfiles();
    const { status, body } = await send(app, { external_id: 'c1', email: ADA }, metaOf([OTHER]));
    expect([status, body.data.attributes.email]).toEqual([201, ADA]);
    expect(await ownerOf(app, OTHER)).toBe(body.data.id);
  });

  test('a bulk job does the same, and reports a conflict by its row', async () => {
    const app = await startBulk();
    const bob = await create(app, { email: BOB });
    const { body } = await app.submit([
      { email: ADA, ...metaOf([OTHER]) },
      { email: 'eve@example.com', ...metaOf([BOB]) },
    ]);
    await app.drain();
    const job = await app.jobOf(body.data.id);
    expect(job).toMatchObject({ status: 'complete', completed_count: 1, failed_count: 1 });
    expect(await ownerOf(app, OTHER)).toBe(await ownerOf(app, ADA));
    expect(await ownerOf(app, BOB)).toBe(bob);
  });
});

test("an event leaves another profile's address there, and reports it", async () => {
  const app = await startApp({ ...profiles, routes: { ...profiles.routes, ...events.routes } });
  const bob = await create(app, { email: BOB });
  const event = (meta: object) => ({
    data: {
      type: 'event',
      attributes: {
        properties: {},
        metric: { data: { type: 'metric', attributes: { name: 'Visit' } } },
        profile: profile({ email: ADA, ...meta }),
      },
    },
  });
  const { status, headers } = await app.post('/api/events', event(metaOf([OTHER, BOB])));
  expect([status, headers['Tributary-Left-Out']]).toEqual([202, 'email']);
  expect([await ownerOf(app, BOB), await ownerOf(app, OTHER)]).toEqual([bob, await ownerOf(app, ADA)]);
});

test('a public call neither adds nor removes an address, and does not reveal it', async () => {
  const app = await startApp({ ...profiles, routes: { ...profiles.routes, ...events.routes } });
  const id = await create(app, { email: ADA });
  await patch(app, id, metaOf([THIRD]));
  const { status, headers } = await app.post(
    `/client/profiles?company_id=${app.account}`,
    profile({ email: ADA }, metaOf([OTHER], [THIRD])),
  );
  expect([status, headers['Tributary-Left-Out']]).toEqual([202, undefined]);
  expect([await ownerOf(app, OTHER), await ownerOf(app, THIRD)]).toEqual([undefined, id]);
});

test('one of many simultaneous callers gets an address', async () => {
  const app = await startProfiles();
  const ids = await Promise.all(['a', 'b', 'c', 'd'].map((name) => create(app, { email: `${name}@example.com` })));
  const answers = await Promise.all(ids.map((id) => patch(app, id, metaOf([OTHER]))));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
  const owner = ids[answers.findIndex(({ status }) => status === 200)];
  expect(await ownerOf(app, OTHER)).toBe(owner);
});
