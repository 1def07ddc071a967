import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allServices } from '../../../../functions/services.ts';
import { type DeclaredResource, fixtureOf, type Route, relate, resources, type Started, startWith } from './start.ts';

const routesOf = ({ routes, relationships }: DeclaredResource): readonly Route[] => [
  ...Object.values(routes),
  ...Object.values(relationships).flatMap((relationship) => Object.values(relationship.routes)),
];

type Made = Readonly<Record<string, string>>;

/** A valid body of a route, so that it is no reason to refuse the request. */
const bodyFor = (resource: DeclaredResource, route: Route, made: Made): object | undefined => {
  const { type, path, relationships } = resource;
  const { body, change } = fixtureOf(resource);
  if (route.method === 'GET' || route.body === undefined) return undefined;
  if (route.path === path) return { data: { type, ...body?.(9) } };
  const [, name = ''] = route.path.split('/relationships/');
  const relationship = relationships[name];
  if (!relationship) return { data: { type, attributes: change } };
  const related = { type: relationship.type, id: made[name] };
  return { data: relationship.isToMany ? [related] : related };
};

describe.each(resources)('$type', (resource) => {
  const routes = routesOf(resource);
  const ofOne = routes.filter(({ path }) => path.includes('{id}'));
  const { body, make, isInEveryAccount } = fixtureOf(resource);
  const isShared = body === undefined && make === undefined;
  const reading = ofOne.filter(({ method }) => method === 'GET');

  let app: Started;
  /** By relationship, a resource that could be related as well. */
  const made: Record<string, string> = {};
  beforeAll(async () => {
    app = await startWith(resource);
    for (const name of Object.keys(resource.relationships)) {
      await relate(app, resource, { name, id: app.one.id });
      made[name] = (await app.fixture.related?.[name]?.make?.(6, app)) ?? '';
    }
  });
  beforeEach(() => app.tick());
  const send = async (route: Route, id: string, headers?: Readonly<Record<string, string>>) =>
    app.send(route.method, route.path.replace('{id}', id), bodyFor(resource, route, made), headers);
  /** All readable paths of one resource. */
  const everything = async () =>
    Promise.all(reading.map(async ({ path }) => (await app.get(path.replace('{id}', app.one.id))).body));

  test.each(ofOne)('$method $path returns 404 for an unknown id', async (route) => {
    for (const id of ['nothing', 'a%2Fb', '%F0%9F%98%80', '%23', 'x'.repeat(3_000)])
      expect([id, (await send(route, id)).status]).toEqual([id, 404]);
  });

  if (isInEveryAccount)
    test('Every account has all of them, with its own state.', async () => {
      const [own, others] = [await app.get(resource.path), await app.get(resource.path, app.stranger)];
      const idsIn = ({ data }: typeof own.body) => data.map(({ id }: { readonly id: string }) => id);
      expect(idsIn(others.body)).toEqual(idsIn(own.body));
      expect(others.body.data[0]).not.toEqual(own.body.data[0]);
    });
  else if (isShared)
    test('Every account has the same resources.', async () => {
      const [own, others] = [await app.get(resource.path), await app.get(resource.path, app.stranger)];
      expect(own.body.data).not.toEqual([]);
      expect(others.body.data).toEqual(own.body.data);
    });
  else {
    test.each(ofOne)('$method $path does not read or change another account', async (route) => {
      const before = await everything();
      expect((await send(route, app.one.id, app.stranger)).status).toBe(404);
      expect(await everything()).toEqual(before);
    });

    test('is in no list of another account', async () => {
      if (!resource.routes.list && app.fixture.items) return;
      expect((await app.get(resource.path)).body.data).not.toEqual([]);
      expect((await app.get(resource.path, app.stranger)).body.data).toEqual([]);
    });
  }

  test.each(routes)('$method $path needs the read or write scope, and no other', async (route) => {
    const [name] = route.scope.split(':');
    const verb = route.method === 'GET' ? 'read' : 'write';
    expect(route.scope).toBe(`${name}:${verb}`);
    const before = await everything();
    const others = [`${name}:${verb === 'read' ? 'write' : 'read'}`, `${name}-x:*`];
    expect((await send(route, app.one.id, await app.keyWith(others))).status).toBe(403);
    expect(await everything()).toEqual(before);
    // By an unknown id, so that nothing is deleted.
    const allowed = await send(route, 'nothing', await app.keyWith([route.scope]));
    expect(allowed.status).toBe(route.path.includes('{id}') ? 404 : route.status);
  });
});

test('the suite covers all declared resources, and all served relationships are declared', () => {
  const served = allServices.flatMap((service) => Object.values(service.routes));
  const declared = new Set(resources.flatMap(routesOf));
  const counts = { '/api/lists': 13, '/api/import-mappings': 5, '/api/metrics': 6 };
  for (const [path, count] of Object.entries(counts)) {
    const own = served.filter((route) => route.path === path || route.path.startsWith(`${path}/`));
    expect([path, own.length]).toEqual([path, count]);
    expect(own.filter((route) => !declared.has(route))).toEqual([]);
  }
});
