import { describe, expect, test } from 'vitest';
import { asListed, COUNT, parametersIn, resources, type Started, startWith } from './start.ts';

const creatable = resources.filter(({ routes }) => routes.create);
const changeable = resources.filter(({ routes }) => routes.update);
const deletable = resources.filter(({ routes }) => routes.delete);

/** Invalid bodies, and the places of their errors. */
const wrongBodies = (type: string, data: object) => [
  { what: 'nothing', body: {}, at: '/data' },
  { what: 'another type', body: { data: { ...data, type: 'nonsense' } }, at: '/data/type' },
  { what: 'no type', body: { data: { ...data, type: undefined } }, at: '/data/type' },
  { what: 'no attributes', body: { data: { type } }, at: '/data/attributes' },
  { what: 'a member that nobody knows', body: { data: { ...data, nonsense: 1 } }, at: '/data/nonsense' },
  {
    what: 'an attribute that nobody knows',
    body: { data: { ...data, attributes: { ...Object(Reflect.get(data, 'attributes')), xyzzy: 1 } } },
    at: '/data/attributes/xyzzy',
  },
];

const expectRefused = async (app: Started, method: string, path: string, data: { readonly type: string }) => {
  for (const { what, body, at } of wrongBodies(data.type, data)) {
    const { status, body: answer } = await app.send(method, path, body);
    expect([what, status]).toEqual([what, 400]);
    expect(parametersIn(answer)).toContainEqual({ pointer: at });
  }
  const unknown = await app.send(method, `${path}?nonsense=1`, { data });
  expect([unknown.status, parametersIn(unknown.body)]).toEqual([400, [{ parameter: 'nonsense' }]]);
};

describe.each(creatable)('creating $type', (resource) => {
  const { type, path, routes } = resource;

  test('returns the stored resource', async () => {
    const app = await startWith(resource);
    const data = { type, ...app.fixture.body?.(COUNT) };
    const { status, body } = await app.post(path, { data });
    expect(status).toBe(routes.create?.status);
    const known = Object.entries(data.attributes ?? {}).filter(([name]) => name in body.data.attributes);
    expect(body.data.attributes).toMatchObject(Object.fromEntries(known));
    const read = (await app.get(`${path}/${body.data.id}`)).body;
    if (status === 201) expect(read).toEqual(body);
    const max = routes.list?.reading?.page?.max;
    const all = await app.get(max === undefined ? path : `${path}?page[size]=${max}`);
    expect(all.body.data).toContainEqual(asListed(resource, read.data));
  });

  test('returns the requested attributes', async () => {
    const app = await startWith(resource);
    const { body } = await app.post(`${path}?fields[${type}]=`, { data: { type, ...app.fixture.body?.(COUNT) } });
    expect(body.data.attributes).toEqual({});
  });

  test('refuses an invalid body at its place, and creates nothing', async () => {
    const app = await startWith(resource);
    await expectRefused(app, 'POST', path, { type, ...app.fixture.body?.(COUNT) });
    expect((await app.get(path)).body.data).toHaveLength(COUNT);
  });
});

describe.each(changeable)('changing $type', (resource) => {
  const { type, path } = resource;

  test('changes the named attributes of this resource only', async () => {
    const app = await startWith(resource);
    const { one, fixture, items } = app;
    const { change = {} } = fixture;
    for (const [name, value] of Object.entries(change)) {
      const before = (await app.get(`${path}/${one.id}`)).body.data.attributes;
      const { status, body } = await app.patch(`${path}/${one.id}`, { data: { type, attributes: { [name]: value } } });
      expect([name, status]).toEqual([name, 200]);
      const updated = Object.keys(before).filter((attribute) => attribute.startsWith('updated'));
      const now = Object.fromEntries(updated.map((attribute) => [attribute, body.data.attributes[attribute]]));
      expect(body.data.attributes).toEqual({ ...before, [name]: value, ...now });
      expect((await app.get(`${path}/${one.id}`)).body).toEqual(body);
    }
    expect(Object.keys(change).length).toBeGreaterThan(0);
    const others = items.filter(({ id }) => id !== one.id);
    for (const other of others)
      expect(asListed(resource, (await app.get(`${path}/${other.id}`)).body.data)).toEqual(other);
  });

  test('accepts a body with or without the id, and returns the requested attributes', async () => {
    const app = await startWith(resource);
    const { id } = app.one;
    for (const named of [{ id }, { id: null }, {}]) {
      const data = { type, ...named, attributes: app.fixture.change };
      const { status, body } = await app.patch(`${path}/${id}?fields[${type}]=`, { data });
      expect([status, body.data?.attributes]).toEqual([200, {}]);
    }
  });

  test('refuses an invalid body at its place, and changes nothing', async () => {
    const app = await startWith(resource);
    const { id } = app.one;
    await expectRefused(app, 'PATCH', `${path}/${id}`, { type, ...{ id, attributes: app.fixture.change } });
    expect(asListed(resource, (await app.get(`${path}/${id}`)).body.data)).toEqual(app.one);
  });
});

describe.each(deletable)('deleting $type', (resource) => {
  const { type, path, routes } = resource;

  test('removes all of it, and nothing else', async () => {
    const app = await startWith(resource);
    const at = `${path}/${app.one.id}`;
    const { status, body } = await app.delete(at);
    expect([status, body]).toEqual([204, undefined]);
    expect((await app.get(at)).status).toBe(404);
    const changed = await app.patch(at, { data: { type, attributes: app.fixture.change } });
    expect(changed.status).toBe(routes.update ? 404 : 405);
    expect((await app.delete(at)).status).toBe(app.fixture.isDeletedLater ? 204 : 404);
    expect((await app.get(path)).body.data).toEqual(app.items.filter(({ id }) => id !== app.one.id));
  });
});
