/** What our own reports of failed rows have before the columns of the file. */
export const reportColumns = ['error_code', 'error_message'] as const;

/**
 * Whether headers are those of a report of ours: it begins with its two columns, as we write them. Any other column of
 * such a name belongs to the file, such as the reason of a failed payment.
 */
export const isReport = (headers: readonly string[]): boolean => reportColumns.every((name, i) => headers[i] === name);

/** The columns of the file itself, or their cells in a row. */
export const ownColumns = <T>(columns: readonly T[], headers: readonly string[]): readonly T[] =>
  isReport(headers) ? columns.slice(reportColumns.length) : columns;
