import type { Entity } from '../entity.ts';
import type { Range } from '../query.ts';
import type { Table } from '../table.ts';

/** Reads all items of one type in a range, in the order of their sort keys. `limit` is the size of a page. */
export async function* readAll<Value extends Id, Id>(
  table: Pick<Table, 'queryOf'>,
  of: Entity<Value, Id>,
  range: Omit<Range, 'index' | 'descending'>,
): AsyncGenerator<Value> {
  let { after } = range;
  let items: Value[];
  do {
    items = await table.queryOf(of, { ...range, ...(after !== undefined && { after }) });
    yield* items;
    const last = items.at(-1);
    if (last) after = of.key(last).sk;
  } while (items.length === range.limit);
}
