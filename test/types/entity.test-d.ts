import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { type Entity, entity } from '../../functions/platform/table/entity.ts';
import type { Table } from '../../functions/platform/table/table.ts';
import { create, update } from '../../functions/platform/table/write.ts';

const Thing = v.object({ account: v.string(), id: v.string(), size: v.number(), note: v.optional(v.string()) });
type Thing = v.InferOutput<typeof Thing>;

const things = entity({
  type: 'thing',
  schema: Thing,
  key: ({ account, id }: Pick<Thing, 'account' | 'id'>) => ({ pk: `A#${account}`, sk: id }),
  json: ['note'],
  indexes: ({ size }) => ({ gsi1: { pk: 'S', sk: String(size) } }),
});

test('an entity holds what its schema gives, and is found by what its key needs', () => {
  expectTypeOf(things).toEqualTypeOf<Entity<Thing, Pick<Thing, 'account' | 'id'>>>();
  const get = (table: Table) => table.get(things, { account: 'a', id: '1' });
  expectTypeOf(get).returns.resolves.toEqualTypeOf<Thing | undefined>();
});

test('an item is found by its whole key, and created whole', () => {
  // @ts-expect-error the id is missing
  const half = (table: Table) => table.get(things, { account: 'a' });
  // @ts-expect-error the size is missing
  const part = () => create(things, { account: 'a', id: '1' });
  const change = () => update(things, { account: 'a', id: '1' }, { set: { size: 2 } });
  expectTypeOf(half).toBeFunction();
  expectTypeOf(part).toBeFunction();
  expectTypeOf(change).toBeFunction();
});

test('an entity stores only what its schema has as JSON, in indexes that exist', () => {
  const declared = { type: 'thing', schema: Thing, key: () => ({ pk: 'a', sk: 'b' }) };
  // @ts-expect-error there is no such attribute
  entity({ ...declared, json: ['nothing'] });
  // @ts-expect-error there is no such index
  entity({ ...declared, indexes: () => ({ gsi9: { pk: 'a', sk: 'b' } }) });
});
