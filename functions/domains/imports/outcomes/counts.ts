import * as v from 'valibot';

/** The outcomes of rows. Each row has one. */
export const outcomes = ['created', 'updated', 'unchanged', 'duplicate', 'failed'] as const;
export type RowOutcome = (typeof outcomes)[number];

export const Counts = v.object({
  created: v.number(),
  updated: v.number(),
  unchanged: v.number(),
  duplicate: v.number(),
  failed: v.number(),
  /** Imported rows with a left-out identifier. Absent if there are none. */
  leftOut: v.optional(v.number()),
});
export type Counts = v.InferOutput<typeof Counts>;
export const noCounts: Counts = { created: 0, updated: 0, unchanged: 0, duplicate: 0, failed: 0 };

export const sumCounts = (all: readonly Counts[]): Counts => {
  const sum = { ...noCounts };
  for (const counts of all) for (const outcome of outcomes) sum[outcome] += counts[outcome];
  const leftOut = all.reduce((total, counts) => total + (counts.leftOut ?? 0), 0);
  return leftOut > 0 ? { ...sum, leftOut } : sum;
};

export const total = (counts: Counts): number => outcomes.reduce((sum, outcome) => sum + counts[outcome], 0);

interface CountedRow {
  readonly outcome: RowOutcome;
  /** Kinds of identifiers. */
  readonly leftOut?: readonly unknown[];
}

export const addToCounts = (counts: Counts, rows: readonly CountedRow[]): Counts => {
  const next = { ...counts };
  for (const { outcome } of rows) next[outcome] += 1;
  const leftOut = rows.filter((row) => (row.leftOut ?? []).length > 0).length;
  return leftOut > 0 ? { ...next, leftOut: (counts.leftOut ?? 0) + leftOut } : next;
};
