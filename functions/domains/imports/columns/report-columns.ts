import { isRowCode } from '../outcomes/row-codes.ts';

/** The columns that a report of failed rows has before those of the file. */
export const reportColumns = ['error_code', 'error_message'] as const;

export interface WithHeaders {
  readonly headers: readonly string[];
  /** Whether the file itself has columns with these names. */
  readonly ownsErrorColumns?: boolean | undefined;
}

/**
 * Whether headers are those of a report: the two columns come first. Elsewhere, columns of these names belong to the
 * file, such as the reason of a failed payment.
 */
export const isReport = ({ headers, ownsErrorColumns = false }: WithHeaders): boolean =>
  !ownsErrorColumns && reportColumns.every((name, i) => headers[i] === name);

/** Whether rows below such headers come from another system: none of their codes is one of ours. */
export const areOfOthers = (rows: readonly (readonly string[])[]): boolean => {
  const codes = rows.flatMap(([cell = '']) => cell.split(/\s+/).filter((code) => code !== ''));
  return codes.length > 0 && !codes.some(isRowCode);
};

/** The columns of the file itself, or their cells in a row. */
export const ownColumns = <T>(columns: readonly T[], file: WithHeaders): readonly T[] =>
  isReport(file) ? columns.slice(reportColumns.length) : columns;
