import { isReport, type WithHeaders } from '../columns/report-columns.ts';
import { fieldsOf } from './fields.ts';
import { withoutInnerGuards } from './formulas.ts';

interface File extends WithHeaders {
  readonly delimiter: string;
}

/** Reads the cells of a file's records. A report of failed rows has guards within cells, which its columns tell. */
export const cellsReader = ({ delimiter, ...file }: File): ((record: string) => string[]) =>
  isReport(file)
    ? (record) => fieldsOf(record, delimiter).map((cell) => withoutInnerGuards(cell, delimiter))
    : (record) => fieldsOf(record, delimiter);
