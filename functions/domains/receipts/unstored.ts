import type { Outcome } from './outcome.ts';

export interface Counted {
  readonly outcome: Outcome;
  readonly metricId: string;
}

/** The number of events that were not stored, by `<metric id> <outcome>`. Undefined if all were. */
export const countUnstored = (all: readonly Counted[]): Readonly<Record<string, number>> | undefined => {
  const counts: Record<string, number> = {};
  for (const { outcome, metricId } of all) {
    if (outcome === 'stored') continue;
    const label = `${metricId} ${outcome}`;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return Object.keys(counts).length === 0 ? undefined : counts;
};
