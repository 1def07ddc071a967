import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parametersIn, relate, resources, type Shown, type Started, startWith, within } from './start.ts';

describe.each(resources)('$type', (resource) => {
  const { type, path, schema, details, additional, routes, relationships } = resource;
  const listedAttributes = Object.keys(schema.entries).filter((name) => !additional.includes(name));
  const includable = Object.entries(relationships).flatMap(([name, one]) =>
    one.isIncludable ? [{ name, ...one }] : [],
  );

  let app: Started;
  const related: Record<string, readonly string[]> = {};
  beforeAll(async () => {
    app = await startWith(resource);
    for (const name of Object.keys(relationships))
      related[name] = await relate(app, resource, { name, id: app.one.id });
  });
  beforeEach(() => app.tick());

  const one = () => `${path}/${encodeURIComponent(app.one.id)}`;
  /** Both ways to read one: by its id, and in the list. */
  const readings = [
    ...(routes.get
      ? [
          {
            by: 'get',
            attributes: [...listedAttributes, ...details],
            read: async (query: string) => (await app.get(`${one()}?${query}`)).body,
          },
        ]
      : []),
    ...(routes.list
      ? [
          {
            by: 'list',
            attributes: listedAttributes,
            read: async (query: string) => (await app.get(`${path}?${query}`)).body,
          },
        ]
      : []),
  ];
  const shown = (body: { readonly data: Shown | readonly Shown[] }): Shown | undefined =>
    [body.data].flat().find(({ id }) => id === app.one.id);
  const refused = async (query: string, parameter: string) => {
    const { status, body } = await app.get(`${one()}?${query}`);
    expect([query, status]).toEqual([query, 400]);
    expect(parametersIn(body)).toEqual([{ parameter }]);
  };

  describe.each(readings)('by $by', ({ read, attributes }) => {
    test('has all of its attributes and a link to itself', async () => {
      const found = shown(await read(''));
      expect(found).toMatchObject({ type, links: { self: `https://api.test${one()}/` } });
      expect(Object.keys(found?.attributes ?? {}).toSorted()).toEqual(attributes.toSorted());
    });

    test.each(attributes)('is reduced to %s', async (name) => {
      const whole = shown(await read(''));
      const thin = shown(await read(`fields[${type}]=${name}`));
      expect(thin?.attributes).toEqual({ [name]: whole?.attributes[name] });
    });

    test('is reduced to several fields, to none, and to the id', async () => {
      const [first = '', second = first] = attributes;
      const some = shown(await read(`fields[${type}]=${first},${second}`));
      expect(Object.keys(some?.attributes ?? {}).toSorted()).toEqual([...new Set([first, second])].toSorted());
      expect(shown(await read(`fields[${type}]=`))?.attributes).toEqual({});
      expect(shown(await read(`fields[${type}]=id`))?.attributes).toEqual({});
    });

    test.each(includable)('includes its $name', async ({ name, type: of, isToMany, isRequired }) => {
      const body = await read(`include=${name}`);
      const expected = related[name] ?? [];
      const included: readonly Shown[] = body.included;
      // If each has one, a list includes those of all.
      const everyone = isRequired || app.fixture.related?.[name]?.isNeverEmpty;
      const linked = () => [body.data].flat().flatMap((item) => item.relationships[name].data);
      const wanted = everyone ? [...new Set(linked().map(({ id }: { readonly id: string }) => id))] : expected;
      expect(included.map(({ id }) => id).toSorted()).toEqual(wanted.toSorted());
      expect(included.every((resource) => resource.type === of)).toBe(true);
      const linkage = shown(body)?.relationships?.[name]?.data;
      const identifiers = expected.map((id) => ({ type: of, id }));
      if (linkage !== undefined)
        expect(linkage).toEqual(isToMany ? expect.arrayContaining(identifiers) : (identifiers[0] ?? null));
      const thin: readonly Shown[] = (await read(`include=${name}&fields[${of}]=`)).included;
      expect(thin.map((resource) => resource.attributes)).toEqual(included.map(() => ({})));
    });

    test('includes nothing unrequested', async () => {
      expect(await read('')).not.toHaveProperty('included');
    });
  });

  test('refuses unknown attributes, types and relationships', async () => {
    if (!routes.get) return;
    await refused(`fields[${type}]=nonsense`, `fields[${type}]`);
    await refused('fields[nonsense]=name', 'fields[nonsense]');
    await refused('include=nonsense', 'include');
  });

  test.each(additional)('shows %s on request', async (name) => {
    const ask = async (query: string) => Object.keys((await app.get(`${one()}?${query}`)).body.data.attributes);
    expect(await ask('')).not.toContain(name);
    expect(await ask(`additional-fields[${type}]=${name}`)).toContain(name);
    expect(await ask(`fields[${type}]=${name}`)).toEqual([name]);
    await refused(`additional-fields[${type}]=nonsense`, `additional-fields[${type}]`);
  });

  test('has links that routes serve', async () => {
    const links = Object.values(app.one.relationships ?? {}).flatMap((relationship) =>
      Object.values(relationship.links ?? {}),
    );
    const served = [...Object.keys(relationships), ...(app.fixture.undeclared ?? [])];
    expect(Object.keys(app.one.relationships ?? {}).toSorted()).toEqual(served.toSorted());
    for (const link of links) expect([link, (await app.get(within(link))).status]).toEqual([link, 200]);
  });
});
