import type { RawRecord } from '../csv/read.ts';

/** Why a row is not imported. */
export interface RowProblem {
  /** The header of the cell, where one is to blame. */
  readonly column?: string | undefined;
  readonly code: string;
  readonly message: string;
}

/** A record that was read, with its number as a spreadsheet counts: the header is row 1. */
export interface Row {
  readonly number: number;
  /** As it stands in the file. */
  readonly text: string;
  readonly cells: readonly string[];
  readonly problems: readonly RowProblem[];
}

export const MAX_CELL_BYTES = 100 * 1024;

/** What is wrong with a record before any cell is looked at. */
export const shapeProblems = (
  { isBroken, badByte, text }: Pick<RawRecord, 'isBroken' | 'badByte' | 'text'>,
  cells: readonly string[],
  headers: readonly string[],
): RowProblem[] => {
  if (isBroken) {
    return [
      { code: 'broken_quotes', message: 'The quotes of this line do not match. Write a quote within quotes twice.' },
    ];
  }
  if (badByte !== undefined || text.includes('\u{FFFD}')) {
    const where = badByte === undefined ? 'a replaced character' : `a byte at position ${badByte} of the file`;
    return [
      {
        code: 'invalid_encoding',
        message: `There is ${where} that is not UTF-8. Save the file as 'CSV UTF-8', or say its encoding in the mapping.`,
      },
    ];
  }
  if (cells.length !== headers.length) {
    const message = `${cells.length} fields, but the header has ${headers.length}. Put a field that holds the delimiter in quotes.`;
    return [{ code: cells.length < headers.length ? 'too_few_fields' : 'too_many_fields', message }];
  }
  const problems: RowProblem[] = [];
  for (const [i, cell] of cells.entries()) {
    const column = headers[i] ?? '';
    if (column === '' && cell.trim() !== '') {
      const message = `Column ${i + 1} has no header, so '${cell.slice(0, 50)}' has no meaning.`;
      problems.push({ code: 'unnamed_column', message });
    } else if (cell.length * 3 > MAX_CELL_BYTES && Buffer.byteLength(cell) > MAX_CELL_BYTES) {
      problems.push({ column, code: 'too_long', message: `The field is longer than ${MAX_CELL_BYTES} bytes.` });
    }
  }
  return problems;
};
