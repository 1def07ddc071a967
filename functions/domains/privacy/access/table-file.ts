import type { SectionInfo } from '../../../model/personal-data/section.ts';
import { parseRecord } from '../../../platform/storage/line-files.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { recordOf } from '../../imports/csv/fields.ts';
import { toCell } from '../../imports/csv/formulas.ts';

type Lines = AsyncIterable<readonly string[]>;

/** By this mark, spreadsheet programs recognize UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/** A section as CSV. Objects and arrays are cells with JSON. */
export async function* asCsv(lines: Lines, { columns }: Pick<SectionInfo, 'columns'>): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK +
    recordOf(
      columns.map((name) => toCell(name)),
      ',',
    );
  for await (const some of lines) yield some.map((line) => recordOf(cellsOf(parseRecord(line), columns), ',')).join('');
}

const cellsOf = (record: Item, columns: readonly string[]): string[] =>
  columns.map((name) => toCell(textOf(record[name])));

export const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

export async function* asJsonLines(lines: Lines): AsyncGenerator<string> {
  for await (const some of lines) yield some.map((line) => `${line}\n`).join('');
}

/** A JSON array with line breaks, so that people can read it too. */
export async function* asJson(lines: Lines): AsyncGenerator<string> {
  let before = '[\n';
  for await (const some of lines) {
    for (const line of some) {
      yield before + JSON.stringify(parseRecord(line), null, 2);
      before = ',\n';
    }
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
