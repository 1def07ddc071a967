import { type Ground, groups, type Operation, type Running } from './operation.ts';
import { operations } from './operations.ts';

const RUNS = 25;

export interface Measured {
  readonly ground: string;
  readonly group: (typeof groups)[number];
  readonly operation: string;
  readonly events: number;
  readonly ms: number;
  readonly units: number;
  readonly requests: number;
}

let round = 0;

/** What every operation takes on a ground: the least of as many runs as it says or `atMost`. */
export const measureAll = async (
  name: string,
  { world, ground, atMost = RUNS }: { readonly world: Running; readonly ground: Ground; readonly atMost?: number },
): Promise<Measured[]> => {
  const measured: Measured[] = [];
  for (const group of groups) {
    for (const operation of operations[group]) {
      const runs = Math.min(operation.runs ?? RUNS, atMost);
      const figures = await measure(operation, { world, ground, runs });
      measured.push({ ground: name, group, operation: operation.name, events: ground.events, ...figures });
    }
  }
  return measured;
};

const measure = async (
  { name, prepare, run }: Operation,
  { world, ground, runs }: { readonly world: Running; readonly ground: Ground; readonly runs: number },
) => {
  const once = async () => {
    const n = round++;
    const prepared = (await prepare?.(world, ground, n)) ?? '';
    const start = performance.now();
    const { reads, charged, requests, statements, updates } = await world.measure(() =>
      run(world, ground, n, prepared),
    );
    // A statement costs what the same write does: an INSERT here one unit, and one for the index; an UPDATE one.
    return { ms: performance.now() - start, units: reads + charged + 2 * statements + updates, requests };
  };
  try {
    // Once a minute a process reads key and account anew: the least is without that.
    let least = await once();
    for (let i = 1; i < runs; i++) {
      const { ms, units, requests } = await once();
      least = {
        ms: Math.min(least.ms, ms),
        units: Math.min(least.units, units),
        requests: Math.min(least.requests, requests),
      };
    }
    return least;
  } catch (error) {
    throw new Error(`${name}, with ${ground.events} events: it failed.`, { cause: error });
  }
};

/** Those that take more at the greatest size than at the least: more than the rounding of units for each partition makes. */
export const grown = (measured: readonly Measured[]): string[] =>
  [...Map.groupBy(measured, ({ ground, operation }) => `${ground}: ${operation}`)].flatMap(([name, row]) => {
    const [first, last] = [row[0], row.at(-1)];
    if (!first || !last) return [];
    const isMore = last.units > 1.1 * first.units + 1 || last.requests > first.requests;
    const told = ({ units, requests }: Measured) => `${units} units, ${requests} requests`;
    return isMore ? [`${name}: ${told(first)} with ${first.events} events, ${told(last)} with ${last.events}`] : [];
  });
