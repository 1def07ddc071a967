import * as v from 'valibot';
import { comparable } from '../../imports/columns/headers.ts';
import type { RecordPage, Source } from '../sources/source.ts';
import { cellOf } from './property-cell.ts';

/** An import accepts 400 columns. What has none is in the column of further properties. */
const MAX_COLUMNS = 300;
const MAX_NAME_BYTES = 100;

const WithProperties = v.object({ properties: v.record(v.string(), v.unknown()) });

/** Adds the names of properties that get a column of their own, in the order in which they occur. */
export async function* collectColumns(
  pages: AsyncIterable<RecordPage>,
  { readsBack }: Source,
  names: Set<string>,
): AsyncGenerator<RecordPage> {
  const taken = new Set([...names].map(comparable));
  for await (const page of pages) {
    for (const record of readsBack ? page.records : []) {
      const parsed = v.safeParse(WithProperties, record);
      for (const [name, value] of parsed.success ? Object.entries(parsed.output.properties) : []) {
        if (names.size >= MAX_COLUMNS || names.has(name) || taken.has(comparable(name))) continue;
        if (Buffer.byteLength(name) > MAX_NAME_BYTES || !readsBack?.(name) || cellOf(value) === undefined) continue;
        names.add(name);
        taken.add(comparable(name));
      }
    }
    yield page;
  }
}
