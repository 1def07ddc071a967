import { expect, test } from 'vitest';
import type { Item } from '../../../functions/platform/table/entity.ts';
import type { Condition } from '../../../functions/platform/table/expression.ts';
import { type Layer, openOverlay } from '../../../functions/platform/table/overlay/overlay.ts';
import type { Table } from '../../../functions/platform/table/table.ts';
import { check, create, put, remove, update, type Write } from '../../../functions/platform/table/write.ts';
import { generator } from '../../support/random.ts';
import { emptyTable, type Note, notes } from './open.ts';

/** The simplest one: in memory. */
const inMemory = (): Layer & { readonly written: () => number } => {
  const items = new Map<string, Map<string, Item | null>>();
  const latest: Layer['latest'] = ({ pk, sk }) => items.get(pk)?.get(sk);
  let written = 0;
  return {
    latest,
    find: async (keys) => keys.map(latest),
    list: async (pk) => items.get(pk) ?? new Map(),
    put: ({ pk, sk }, item) => {
      written += 1;
      items.set(pk, new Map([...(items.get(pk) ?? []), [sk, item]]));
    },
    written: () => written,
  };
};

const STEPS = 250;
const BATCHES = 12;

test('an overlay responds as a table does to any request, and the table below does not change', async () => {
  const random = generator(7);
  const below = (count: number): number => Math.floor(random() * count);
  const one = <T>(of: readonly [T, ...T[]]): T => of[below(of.length)] ?? of[0];

  const note = (): Note => ({
    shard: one(['s', 't']),
    id: String(below(6)),
    count: below(4),
    ...(below(2) === 0 && { text: one(['a', 'b', 'é', '\u{1F600}']) }),
    ...(below(3) === 0 && { at: String(below(3)) }),
    ...(below(3) === 0 && { data: { list: [below(3), null, { deep: 2 ** 60 }] } }),
  });
  const simple = (): Condition =>
    one<Condition>([
      'absent',
      'present',
      { attribute: 'text', is: one(['=', '<>', '<', '<=', '>', '>=']), value: one(['a', 'b', '\u{FFFD}']) },
      { attribute: 'count', is: one(['=', '<>', '<', '<=', '>', '>=']), value: below(4) },
      { attribute: one(['text', 'at']), is: one(['missing', 'set']) },
    ]);
  const condition = (): Condition =>
    one<() => Condition>([simple, () => ({ all: [simple(), simple()] }), () => ({ any: [simple(), simple()] })])();
  const changing = (id: Note): Write =>
    update(notes, id, {
      set: { shard: id.shard, id: id.id, text: one(['a', 'c', undefined]) },
      ...(below(3) === 0 && { remove: ['at'] }),
      ...(below(3) === 0 && { add: { count: 1 + below(3) } }),
      ...(below(3) === 0 && { upsert: true }),
      ...(below(2) === 0 && { condition: condition() }),
    });
  const write = (id = note()): Write =>
    one<() => Write>([
      () => put(notes, id, below(2) === 0 ? condition() : undefined),
      () => create(notes, id),
      () => changing(id),
      () => remove(notes, id, below(2) === 0 ? condition() : undefined),
    ])();
  const batch = (): Write[] => {
    const ids = new Map(Array.from({ length: 1 + below(4) }, note).map((id) => [`${id.shard}${id.id}`, id]));
    return [...ids.values()].map((id) => (below(4) === 0 ? check(notes, id, condition()) : write(id)));
  };
  const range = () => ({
    pk: one(['A#a#s', 'A#a#t']),
    limit: 1 + below(7),
    descending: below(2) === 0,
    ...(below(2) === 0 && { prefix: 'NOTE#' }),
    ...(below(3) === 0 && { after: `NOTE#${below(4)}` }),
    ...(below(3) === 0 && { before: `NOTE#${2 + below(4)}` }),
  });
  const step = (): ((table: Table) => Promise<unknown>) => {
    const [some, single, many, asked] = [batch(), write(), Array.from({ length: 1 + below(4) }, note), range()];
    return one<(table: Table) => Promise<unknown>>([
      (table) => table.write(single),
      (table) => table.transact(some),
      (table) => table.createMany(notes, many),
      (table) => table.query(asked),
      (table) => table.getMany(notes, many),
    ]);
  };

  for (let round = 0; round < BATCHES; round++) {
    const real = await emptyTable();
    const base = await emptyTable();
    for (const id of Array.from({ length: 8 }, note))
      for (const { table } of [real, base]) await table.write(put(notes, id));
    const all = (table: Table) => Promise.all(['A#a#s', 'A#a#t'].map((pk) => table.query({ pk, limit: 100 })));
    const before = await all(base.table);
    const layer = inMemory();
    const overlay = openOverlay(base.table, layer);

    for (let i = 0; i < STEPS / BATCHES; i++) {
      const act = step();
      expect(await act(overlay)).toEqual(await act(real.table));
    }

    expect(await all(overlay)).toEqual(await all(real.table));
    expect(layer.written()).toBeGreaterThan(0);
    expect(await all(base.table)).toEqual(before);
  }
});

test('an overlay continues the counters of the table below', async () => {
  const { table } = await emptyTable();
  await table.write(put(notes, { shard: 's', id: '1', count: 4 }));
  const overlay = openOverlay(table, inMemory());
  const more = update(notes, { shard: 's', id: '1' }, { add: { count: 3 }, upsert: true });

  expect(await overlay.increment(more, 'count')).toBe(7);
  expect(await overlay.increment(more, 'count')).toBe(10);
  expect((await table.get(notes, { shard: 's', id: '1' }))?.count).toBe(4);
});
