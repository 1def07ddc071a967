import { fieldsOf } from '../csv/fields.ts';
import { withoutInnerGuards } from '../csv/formulas.ts';
import { isExport } from './export-columns.ts';
import { isReport, type WithHeaders } from './report-columns.ts';

interface File extends WithHeaders {
  readonly delimiter: string;
}

/** Creates a reader of a record's cells. Our reports and exports have formula guards within cells, which are removed. */
export const cellsReader = ({ delimiter, ...file }: File): ((record: string) => string[]) =>
  isReport(file) || isExport(file.headers)
    ? (record) => fieldsOf(record, delimiter).map((cell) => withoutInnerGuards(cell, delimiter))
    : (record) => fieldsOf(record, delimiter);
