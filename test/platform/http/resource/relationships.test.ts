import { describe, expect, test } from 'vitest';
import { fixtureOf, ids, parametersIn, relate, resources, type Shown, type Started, startWith } from './start.ts';

const relationships = resources.flatMap((resource) =>
  Object.entries(resource.relationships).map(([name, relationship]) => ({ resource, name, ...relationship })),
);
const ofMany = relationships.filter(
  ({ isToMany, routes: { add, remove, replace } }) => isToMany && (add ?? remove ?? replace),
);
const ofOne = relationships.filter(({ isToMany, routes }) => !isToMany && routes.replace);

describe.each(relationships)('$name of $resource.type', ({ resource, name, type, isToMany, isRequired, routes }) => {
  const start = async () => {
    const app = await startWith(resource);
    const made = await relate(app, resource, { name, id: app.one.id });
    const read = async (id: string) => ({
      related: (await app.get(`${resource.path}/${id}/${name}`)).body.data,
      ids: (await app.get(`${resource.path}/${id}/relationships/${name}`)).body.data,
    });
    return { app, made, read };
  };

  test('returns the same resources in full and as ids', async () => {
    if (!routes.related || !routes.ids) return;
    const { app, made, read } = await start();
    const { related, ids: identifiers } = await read(app.one.id);
    const whole: readonly Shown[] = [related ?? []].flat();
    expect(ids(whole).toSorted()).toEqual(made.toSorted());
    expect([identifiers ?? []].flat()).toEqual(whole.map((one) => ({ type, id: one.id })));
  });

  const isNeverEmpty = isRequired || fixtureOf(resource).related?.[name]?.isNeverEmpty;
  test(isNeverEmpty ? 'are others of another one' : 'are none of another one', async () => {
    const { app, made, read } = await start();
    const other = app.items.at(1)?.id ?? '';
    if (isNeverEmpty) {
      const { related, ids: identifier } = await read(other);
      const [one] = [related].flat();
      expect([identifier].flat()).toEqual([{ type, id: one.id }]);
      expect(made).not.toContain(one.id);
      return;
    }
    const none = isToMany ? [] : null;
    expect(await read(other)).toEqual({ related: none, ids: none });
  });

  test('returns only the requested attributes', async () => {
    const { app, made } = await start();
    const { status, body } = await app.get(`${resource.path}/${app.one.id}/${name}?fields[${type}]=`);
    expect(status).toBe(200);
    expect([body.data ?? []].flat().map((one: Shown) => one.attributes)).toEqual(made.map(() => ({})));
  });

  test('returns 404 for an unknown resource', async () => {
    const { app } = await start();
    for (const at of [`${resource.path}/nothing/${name}`, `${resource.path}/nothing/relationships/${name}`])
      expect([at, (await app.get(at)).status]).toEqual([at, 404]);
  });
});

/** The methods that change a relationship, and bodies that none of them accepts. */
const methods = { add: 'POST', remove: 'DELETE', replace: 'PATCH' } as const;

describe.each(ofMany)('changing $name of $resource.type', ({ resource, name, type, routes }) => {
  const start = async () => {
    const app = await startWith(resource);
    const at = `${resource.path}/${app.one.id}/relationships/${name}`;
    const send = (verb: keyof typeof methods, some: readonly string[], path = at) =>
      app.send(methods[verb], path, { data: some.map((id) => ({ type, id })) });
    const now = async (): Promise<string[]> => ids((await app.get(at)).body.data).toSorted();
    const make = (n: number) => app.fixture.related?.[name]?.make?.(n, app) ?? '';
    return { app, at, send, now, make };
  };
  const verbs = (['add', 'remove', 'replace'] as const).filter((verb) => routes[verb]);

  test('adds, removes and replaces the named resources, idempotently', async () => {
    const { send, now, make } = await start();
    const [a, b, c] = [await make(0), await make(1), await make(2)].toSorted();
    if (a === undefined || b === undefined || c === undefined) throw new Error('Three are made.');
    const steps = [
      { verb: 'add', some: [a, b, a], left: [a, b] },
      { verb: 'add', some: [b, c], left: [a, b, c] },
      { verb: 'remove', some: [b, b], left: [a, c] },
      { verb: 'remove', some: [b], left: [a, c] },
      { verb: 'replace', some: [b, c], left: [b, c] },
      { verb: 'replace', some: [], left: [] },
    ] as const;
    for (const { verb, some, left } of steps.filter((step) => verbs.includes(step.verb))) {
      expect([verb, (await send(verb, some)).status]).toEqual([verb, 204]);
      expect([verb, await now()]).toEqual([verb, left]);
    }
  });

  test.each(verbs)('names all unknown resources, and changes nothing (%s)', async (verb) => {
    const { app, send, now, make } = await start();
    const there = await make(0);
    if (routes.add) await send('add', [there]);
    const { status, body } = await send(verb, ['nobody', await make(1), 'x'.repeat(3_000)]);
    expect([status, parametersIn(body)]).toEqual([404, [{ pointer: '/data/0/id' }, { pointer: '/data/2/id' }]]);
    expect(await now()).toEqual(routes.add ? [there] : []);
    expect((await send(verb, [there], `${resource.path}/nothing/relationships/${name}`)).status).toBe(404);
    expect(ids((await app.get(resource.path)).body.data)).toEqual(ids(app.items));
  });

  test.each(verbs)('refuses an invalid body at its place (%s)', async (verb) => {
    const { app, at, make } = await start();
    const id = await make(0);
    await expectRefused(app, methods[verb], at, [
      { body: {}, pointer: '/data' },
      { body: { data: [{ type: 'nonsense', id }] }, pointer: '/data/0/type' },
      { body: { data: [{ type }] }, pointer: '/data/0/id' },
      { body: { data: [{ type, id: '' }] }, pointer: '/data/0/id' },
      { body: { data: [{ type, id, nonsense: 1 }] }, pointer: '/data/0/nonsense' },
      { body: { data: { type, id } }, pointer: '/data' },
      { body: { data: Array.from({ length: 1_001 }, () => ({ type, id })) }, pointer: '/data' },
      ...(verb === 'replace' ? [] : [{ body: { data: [] }, pointer: '/data' }]),
    ]);
  });
});

describe.each(ofOne)('changing $name of $resource.type', ({ resource, name, type }) => {
  test('sets it, replaces it, and clears it', async () => {
    const app = await startWith(resource);
    const at = `${resource.path}/${app.one.id}/relationships/${name}`;
    const now = async () => (await app.get(at)).body.data;
    const make = async (n: number) => ({ type, id: await app.fixture.related?.[name]?.make?.(n, app) });
    expect(await now()).toBeNull();
    for (const data of [await make(0), await make(1), null, null]) {
      expect((await app.patch(at, { data })).status).toBe(204);
      expect(await now()).toEqual(data);
    }
  });

  test('refuses an unknown resource, and an invalid body', async () => {
    const app = await startWith(resource);
    const at = `${resource.path}/${app.one.id}/relationships/${name}`;
    for (const id of ['nobody', 'x'.repeat(3_000)]) {
      const { status, body } = await app.patch(at, { data: { type, id } });
      expect([status, parametersIn(body)]).toEqual([404, [{ pointer: '/data/id' }]]);
    }
    await expectRefused(app, 'PATCH', at, [
      { body: {}, pointer: '/data' },
      { body: { data: { type: 'nonsense', id: 'x' } }, pointer: '/data/type' },
      { body: { data: { type, id: '' } }, pointer: '/data/id' },
      { body: { data: { type, id: 'x', nonsense: 1 } }, pointer: '/data/nonsense' },
    ]);
    expect((await app.get(at)).body.data).toBeNull();
  });
});

const expectRefused = async (
  app: Started,
  method: string,
  at: string,
  wrong: readonly { readonly body: object; readonly pointer: string }[],
) => {
  for (const { body, pointer } of wrong) {
    const answer = await app.send(method, at, body);
    expect([pointer, answer.status]).toEqual([pointer, 400]);
    expect(parametersIn(answer.body)).toContainEqual({ pointer });
  }
};
