import { fieldsOf } from '../csv/fields.ts';
import { withoutInnerGuards } from '../csv/formulas.ts';
import { isReport, type WithHeaders } from './report-columns.ts';

interface File extends WithHeaders {
  readonly delimiter: string;
}

/** Reads the cells of a file's records. A report of failed rows has guards within cells, which its columns tell. */
export const cellsReader = ({ delimiter, ...file }: File): ((record: string) => string[]) =>
  isReport(file)
    ? (record) => fieldsOf(record, delimiter).map((cell) => withoutInnerGuards(cell, delimiter))
    : (record) => fieldsOf(record, delimiter);
