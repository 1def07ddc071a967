import { hasFurtherProperties } from '../columns/export-columns.ts';
import type { RawRecord } from '../csv/read.ts';
import type { RowProblem } from '../outcomes/problem.ts';

/** A record with its number, as spreadsheets count: the header is row 1. */
export interface Row {
  readonly number: number;
  /** The text as in the file. */
  readonly text: string;
  readonly cells: readonly string[];
  readonly problems: readonly RowProblem[];
}

export const MAX_CELL_BYTES = 100 * 1024;

/** Control characters, except tabs, line breaks and page feeds. */
const CONTROL = /(?![\t\n\v\f\r])\p{Cc}/u;

/** DOS programs end files with a Control-Z. */
const isBlank = (cell: string): boolean => cell === '\u001a' || /^[\s\0]*$/.test(cell);

/** Whether a record is nothing but delimiters and white space, as spreadsheets leave them below a table. */
export const isBlankRow = (cells: readonly string[]): boolean => cells.every(isBlank);

/**
 * As many cells as the header has. Spreadsheets leave out blank cells at the end of a row, or write some beyond the
 * header.
 */
export const fitToHeader = (cells: readonly string[], width: number): readonly string[] => {
  if (cells.length === width) return cells;
  if (cells.length < width) return [...cells, ...Array<string>(width - cells.length).fill('')];
  return cells.slice(width).every(isBlank) ? cells.slice(0, width) : cells;
};

const isTooLong = (cell: string): boolean =>
  cell.length * 3 > MAX_CELL_BYTES && Buffer.byteLength(cell) > MAX_CELL_BYTES;

interface Header {
  readonly headers: readonly string[];
  /** Whether the mapping names the column without a header. */
  readonly isUnnamedMapped: boolean;
}

/** Returns the problems of a record's shape, before its cells are read. */
export const shapeProblems = (
  { isBroken, badByte, text }: Pick<RawRecord, 'isBroken' | 'badByte' | 'text'>,
  cells: readonly string[],
  { headers, isUnnamedMapped }: Header,
): RowProblem[] => {
  if (isBroken) {
    return [
      {
        code: 'broken_quotes',
        message: 'The quotes of this line do not match. Double each quote within a quoted field.',
      },
    ];
  }
  if (badByte !== undefined || text.includes('\u{FFFD}')) {
    const where = badByte === undefined ? 'a replaced character' : `a byte at position ${badByte} of the file`;
    return [
      {
        code: 'invalid_encoding',
        message: `The row has ${where} that is not UTF-8. Save the file as 'CSV UTF-8', or set "encoding" in the mapping.`,
      },
    ];
  }
  if (cells.length > headers.length) {
    const message = `The row has ${cells.length} fields, but the header has ${headers.length}. Quote fields that contain the delimiter.`;
    return [{ code: 'too_many_fields', message }];
  }
  const problems: RowProblem[] = [];
  for (const [i, cell] of cells.entries()) {
    const column = headers[i] ?? '';
    const [control] = CONTROL.exec(cell) ?? [];
    if (control === '\0') {
      const message = 'The field contains a zero byte. Remove it, or save the file again.';
      problems.push({ column, code: 'zero_byte', message });
    } else if (control !== undefined) {
      const message = `The field contains the control character U+${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}, a sign of the wrong encoding. Save the file as 'CSV UTF-8'.`;
      problems.push({ column, code: 'control_character', message });
    } else if (column === '' && !isUnnamedMapped && cell.trim() !== '') {
      const message = `Column ${i + 1} has no header, so '${cell.slice(0, 50)}' has no meaning. Add a header, or ignore the column with the mapping {"columns": {"": null}}.`;
      problems.push({ code: 'unnamed_column', message });
    } else if (isTooLong(cell) && !hasFurtherProperties(column)) {
      problems.push({ column, code: 'too_long', message: `The field is longer than ${MAX_CELL_BYTES} bytes.` });
    }
  }
  return problems;
};
