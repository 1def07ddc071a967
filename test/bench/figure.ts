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

type Measure = () => Promise<number> | number;

/** Repeated until it is stable enough: the least of several runs is what the work itself takes. */
export const least = async (runs: number, measure: Measure): Promise<number> => {
  const [value] = await leastInTurns(runs, [measure]);
  return value;
};

/** The same of some that are compared: a process gets quicker as it runs, and a noisy moment must not strike only one of them. */
export const leastInTurns = async <const Measures extends readonly Measure[]>(
  runs: number,
  measures: Measures,
): Promise<{ readonly [Place in keyof Measures]: number }> => {
  const values = measures.map((): number[] => []);
  for (let run = 0; run < runs; run++) for (const [i, measure] of measures.entries()) values[i]?.push(await measure());
  // As many as there are measures, which the compiler loses sight of.
  return values.map((of) => Math.min(...of)) as { [Place in keyof Measures]: number };
};

/** Milliseconds of processor time that this process spends on `work`. */
export const cpuMs = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};
