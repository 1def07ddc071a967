export const measurements = ['count', 'sum_value', 'unique'] as const;
export type Measurement = (typeof measurements)[number];

interface Cell {
  count: number;
  sum: number;
  readonly people: Set<string>;
}

export interface TalliedEvent {
  readonly ms: number;
  readonly value: number;
  /** Empty if people are not counted. */
  readonly person: string;
  /** How many events have this sum of values. @default 1 */
  readonly events?: number | undefined;
}

/** One row of a report: the events with the same dimensions, by interval. */
export interface Row {
  readonly dimensions: readonly string[];
  /** By interval. */
  values(measurement: Measurement): number[];
  /** Of the whole time. */
  total(measurement: Measurement): number;
}

/** Sums events by dimensions and interval. Only intervals with events take memory. */
export const createTally = (starts: readonly number[]) => {
  const groups = new Map<string, { readonly dimensions: readonly string[]; readonly cells: Map<number, Cell> }>();
  const groupOf = (dimensions: readonly string[]) => {
    const key = JSON.stringify(dimensions);
    const group = groups.get(key) ?? { dimensions, cells: new Map() };
    groups.set(key, group);
    return group;
  };
  return {
    add: ({ ms, value, person, events = 1 }: TalliedEvent, dimensions: readonly string[] = []): void => {
      const { cells } = groupOf(dimensions);
      const at = lastAtOrBefore(starts, ms);
      const cell = cells.get(at) ?? { count: 0, sum: 0, people: new Set() };
      cells.set(at, cell);
      cell.count += events;
      cell.sum += value;
      if (person !== '') cell.people.add(person);
    },
    /** Without `by` there is one row, also of no events. */
    rows: (by: readonly string[]): Row[] => {
      if (by.length === 0) groupOf([]);
      return [...groups.values()].map(({ dimensions, cells }) => ({
        dimensions,
        values: (measurement) =>
          starts.map((_, at) => {
            const cell = cells.get(at);
            return cell ? measure(cell, measurement) : 0;
          }),
        total: (measurement) => totalOf([...cells.values()], measurement),
      }));
    },
  };
};

const measure = ({ count, sum, people }: Cell, measurement: Measurement): number => {
  switch (measurement) {
    case 'count':
      return count;
    case 'sum_value':
      // Removes binary rounding errors of decimal sums.
      return Number(sum.toFixed(6));
    case 'unique':
      return people.size;
  }
};

const totalOf = (cells: readonly Cell[], measurement: Measurement): number =>
  measurement === 'unique'
    ? new Set(cells.flatMap(({ people }) => [...people])).size
    : cells.reduce((total, cell) => total + measure(cell, measurement), 0);

const lastAtOrBefore = (starts: readonly number[], ms: number): number => {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
};
