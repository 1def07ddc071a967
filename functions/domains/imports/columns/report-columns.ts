import { isRowCode } from '../outcomes/row-codes.ts';

/** What our own reports of failed rows have before the columns of the file. */
export const reportColumns = ['error_code', 'error_message'] as const;

export interface WithHeaders {
  readonly headers: readonly string[];
  /** Its first two columns are called as those of our reports, and are its own. */
  readonly ownsErrorColumns?: boolean | undefined;
}

/**
 * Whether headers are those of a report of ours: it begins with its two columns, as we write them. Any other column of
 * such a name belongs to the file, such as the reason of a failed payment.
 */
export const isReport = ({ headers, ownsErrorColumns = false }: WithHeaders): boolean =>
  !ownsErrorColumns && reportColumns.every((name, i) => headers[i] === name);

/** Whether rows below such headers are of another system: they have codes, none of which is one of ours. */
export const areOfOthers = (rows: readonly (readonly string[])[]): boolean => {
  const codes = rows.flatMap(([cell = '']) => cell.split(/\s+/).filter((code) => code !== ''));
  return codes.length > 0 && !codes.some(isRowCode);
};

/** The columns of the file itself, or their cells in a row. */
export const ownColumns = <T>(columns: readonly T[], file: WithHeaders): readonly T[] =>
  isReport(file) ? columns.slice(reportColumns.length) : columns;
