import { expiryAfterDays } from '../../platform/table/ttl.ts';
import { create } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import type { Outcome } from './outcome.ts';
import { receipts, type Unstored } from './store.ts';

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

/** The consumer of changes reads it within minutes. */
const KEPT_DAYS = 2;

/**
 * Stores the outcomes of events that are not stored, so that they are counted: one item for a call. Returns whether
 * there was any.
 */
export const keepUnstored = async (
  all: readonly Counted[],
  source: string,
  { account, table, now, newId }: Pick<Context, 'account' | 'table' | 'now' | 'newId'>,
): Promise<boolean> => {
  const unstored = countUnstored(all);
  if (!unstored) return false;
  const receivedAt = now();
  const expiresAt = expiryAfterDays(receivedAt, KEPT_DAYS);
  const receipt: Unstored = {
    account,
    id: newId(),
    source,
    receivedAt: receivedAt.toISOString(),
    unstored: { ...unstored },
    expiresAt,
  };
  await table.write(create(receipts, receipt));
  return true;
};
