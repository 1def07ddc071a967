import type { Row } from '../cli/output.ts';

const WIDTH = 40;

/** Adds a column of bars, as long as the numbers of another column. Negative numbers have none. */
export const withChart = (rows: readonly Row[], column: string): Row[] => {
  const numbers = rows.map((row) => Number(row[column] ?? 0));
  const most = Math.max(0, ...numbers);
  return rows.map((row, i) => ({ ...row, chart: barOf(numbers[i] ?? 0, most) }));
};

const barOf = (value: number, most: number): string =>
  value <= 0 ? '' : '#'.repeat(Math.max(1, Math.round((value / most) * WIDTH)));
