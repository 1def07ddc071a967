import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Operator, operators } from '../../../../functions/platform/http/query/filter.ts';
import {
  type Collection,
  collectionsOf,
  filterValueOf,
  holds,
  itemsOf,
  pathOf,
  sampleFor,
  written,
} from './collections.ts';
import { ids, parametersIn, relate, resources, type Shown, type Started, startWith, within } from './start.ts';

const asked = (app: Started, collection: Collection, query: string) =>
  app.get(`${pathOf(collection, app)}${query && `?${query}`}`);

const listed = resources.filter((resource) => collectionsOf(resource).length > 0);

describe.each(listed)('$type', (resource) => {
  let app: Started;
  beforeAll(async () => {
    app = await startWith(resource);
    for (const name of Object.keys(resource.relationships)) await relate(app, resource, { name, id: app.one.id });
  });
  beforeEach(() => app.tick());

  describe.each(collectionsOf(resource))('$route.path', (collection) => {
    const { filters = {}, sorts = [], page } = collection.reading;
    const ask = (query: string) => asked(app, collection, query);
    const refused = async (query: string, parameter: string) => {
      const { status, body } = await ask(query);
      expect([query, status]).toEqual([query, 400]);
      expect(parametersIn(body)).toEqual([{ parameter }]);
    };

    test('is read page by page, forward and back', async () => {
      if (!page) return refused('page[size]=2', 'page[size]');
      const whole = ids((await ask(`page[size]=${page.max}`)).body.data);
      const there: string[][] = [];
      const back: string[][] = [];
      let last = (await ask('page[size]=2')).body;
      expect(last.links.prev).toBeNull();
      for (there.push(ids(last.data)); last.links.next; there.push(ids(last.data)))
        last = (await app.get(within(last.links.next))).body;
      expect(there.flat()).toEqual(whole);
      expect(there.map(({ length }) => length)).toEqual(
        Array.from({ length: Math.ceil(whole.length / 2) }, (_, n) => Math.min(2, whole.length - 2 * n)),
      );
      for (back.push(ids(last.data)); last.links.prev; back.push(ids(last.data)))
        last = (await app.get(within(last.links.prev))).body;
      expect(back).toEqual(there.toReversed());
    });

    test('has pages of the declared sizes only', async () => {
      if (!page) return;
      expect((await ask('page[size]=1')).body.data).toHaveLength(1);
      expect((await ask('')).status).toBe(200);
      for (const size of [0, -1, 1.5, 'x', page.max + 1]) await refused(`page[size]=${size}`, 'page[size]');
    });

    test('accepts a cursor only for the same query of the same account', async () => {
      if (!page) return;
      const next = within((await ask('page[size]=2')).body.links.next);
      expect((await app.get(next)).status).toBe(200);
      await refused('page[cursor]=nonsense', 'page[cursor]');
      if (sorts[0]) expect((await app.get(`${next}&sort=-${sorts[0]}`)).status).toBe(400);
      expect((await app.get(next, app.stranger)).status).toBe(400);
    });

    const filtered = Object.entries(filters).flatMap(([field, { operators: all, value = 'text', oneOf }]) =>
      all.map((operator) => ({ field, operator, kind: String(value), oneOf })),
    );
    test.each(filtered)('is filtered by $operator($field)', async ({ field, operator, kind, oneOf }) => {
      const all = await itemsOf(collection, app);
      const values = await Promise.all(all.map((one) => filterValueOf(collection, field, { one, app })));
      const middle = sampleFor(operator, values[2]);
      const given = operator === 'any' ? [values[1], values[3]] : [middle];
      const expected = all.filter((_, i) => given.some((one) => holds(operator, values[i], one)));
      expect(expected.length).toBeGreaterThan(0);
      // All that are related to one resource can have the same value: the one.
      if (kind !== 'boolean' && new Set(values).size > 1) expect(expected.length).toBeLessThan(all.length);

      const texts = (operator === 'any' && !oneOf ? [...given, 'nothing'] : given).map((one) => written(one, kind));
      const argument = operator === 'any' ? `[${texts}]` : texts.join();
      const query = operator === 'has' ? `has(${field})` : `${operator}(${field},${argument})`;
      const { status, body } = await ask(`filter=${query}`);
      expect([query, status]).toEqual([query, 200]);
      expect(ids(body.data)).toEqual(ids(expected));
    });

    test('refuses other filters', async () => {
      if (Object.keys(filters).length === 0) return refused('filter=equals(id,"x")', 'filter');
      await refused('filter=equals(nonsense,"x")', 'filter');
      await refused('filter=nonsense', 'filter');
      for (const [field, { operators: own }] of Object.entries(filters)) {
        const other = operators.find((one): one is Operator => !own.includes(one) && one !== 'has');
        if (other) await refused(`filter=${other}(${field},"x")`, 'filter');
      }
    });

    test.each(sorts)('is sorted by %s, in both directions', async (field) => {
      const all = new Map((await itemsOf(collection, app)).map((one) => [one.id, one]));
      const sorted = ids((await ask(`sort=${field}`)).body.data);
      expect(sorted).toHaveLength(all.size);
      const values = await Promise.all(
        sorted.map((id) => filterValueOf(collection, field, { one: all.get(id) as Shown, app })),
      );
      const texts = values.map((value) => String(value).toLowerCase());
      expect(new Set(texts).size).toBe(texts.length);
      expect(texts).toEqual(texts.toSorted());
      expect(ids((await ask(`sort=-${field}`)).body.data)).toEqual(sorted.toReversed());
    });

    test('refuses other sorts', async () => {
      await refused('sort=nonsense', 'sort');
    });

    test('refuses unknown parameters', async () => {
      await refused('nonsense=1', 'nonsense');
    });
  });
});
