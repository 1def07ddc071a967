import { fieldsOf, withoutLineEnd } from '../csv/fields.ts';
import { readRecords } from '../csv/read.ts';
import type { Beginning } from './read.ts';

export interface SampleRow {
  readonly number: number;
  readonly cells: readonly string[];
  readonly isAfterBlank: boolean;
}

/** Reads the rows after the header from the beginning of a file in UTF-8. Leaves out truncated and broken rows. */
export const sampleRows = async (
  { head, isWhole }: Beginning,
  { offset, row, delimiter }: { readonly offset: number; readonly row: number; readonly delimiter: string },
): Promise<readonly SampleRow[]> => {
  const rows: SampleRow[] = [];
  let number = row;
  let isAfterBlank = false;
  const read = async (from: number, to: number) => head.subarray(from, to);
  const part = { from: offset, to: head.length + (isWhole ? 0 : 1), delimiter, pieceBytes: head.length + 1 };
  for await (const records of readRecords(read, part))
    for (const { text, isBroken } of records) {
      number += 1;
      if (isBroken) continue;
      const cells = withoutLineEnd(text) === '' ? [] : fieldsOf(text, delimiter);
      const isBlank = cells.every((cell) => cell.trim() === '');
      if (!isBlank) rows.push({ number, cells, isAfterBlank });
      isAfterBlank = isBlank;
    }
  return rows;
};
