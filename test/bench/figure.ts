/** One line of the report. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** What the project aims at, where it has set an aim. */
  readonly aim?: number;
}

export const table = (figures: readonly Figure[]): string => {
  const rows = figures.map(({ name, value, unit, better, aim }) => [
    name,
    format(value),
    unit,
    aim === undefined ? '' : `${better === 'lower' ? '≤' : '≥'} ${format(aim)}`,
    aim === undefined ? '' : (better === 'lower' ? value <= aim : value >= aim) ? 'met' : 'not met',
  ]);
  const all = [['figure', 'value', 'unit', 'aim', ''], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const format = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

/** Repeated until it is stable enough: the least of several runs is what the work itself takes. */
export const least = async (runs: number, measure: () => Promise<number> | number): Promise<number> => {
  const values: number[] = [];
  for (let i = 0; i < runs; i++) values.push(await measure());
  return Math.min(...values);
};

/** The same of two that are compared, in turns: else a noisy moment strikes only one of them. */
export const leastOfBoth = async (
  runs: number,
  measures: readonly [() => Promise<number>, () => Promise<number>],
): Promise<[number, number]> => {
  const best: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < runs; i++) {
    best[0] = Math.min(best[0], await measures[0]());
    best[1] = Math.min(best[1], await measures[1]());
  }
  return best;
};

/** Milliseconds of processor time that this process spends on `work`. */
export const cpuMs = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};
