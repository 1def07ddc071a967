import { isReport } from '../columns/report-columns.ts';
import { fieldsOf } from './fields.ts';
import { withoutInnerGuards } from './formulas.ts';

interface File {
  readonly headers: readonly string[];
  readonly delimiter: string;
}

/** Reads the cells of a file's records. A report of failed rows has guards within cells, which its columns tell. */
export const cellsReader = ({ headers, delimiter }: File): ((record: string) => string[]) =>
  isReport(headers)
    ? (record) => fieldsOf(record, delimiter).map((cell) => withoutInnerGuards(cell, delimiter))
    : (record) => fieldsOf(record, delimiter);
