import type { Dynamo } from './client/dynamo.ts';
import type { RateLimits } from './client/retry/worker-policy.ts';
import { openTable, type Table } from './table.ts';

/** The table as requests use it, and as work uses it that nobody waits for. */
export interface SharedTable extends Table {
  /** Absent where only requests are served. */
  readonly withDeadline?: (remainingMs: () => number) => Promise<WorkTable>;
  /** Absent where work has no end that is known. */
  readonly closing?: Table;
}

/**
 * The table for work that has so much time left: it goes slower where the table is throttled, so that requests find
 * room, and tries again until its time is nearly over.
 */
interface WorkTable extends Table {
  /** The same for letting go of the work then. */
  readonly closing: Table;
}

export const openSharedTable = (name: string, dynamo: Dynamo): SharedTable => {
  let limits: RateLimits | undefined;
  return {
    ...openTable(name, dynamo),
    async withDeadline(remainingMs) {
      // No request needs it.
      const { closingPolicy, openRateLimits, workerPolicy } = await import('./client/retry/worker-policy.ts');
      limits ??= openRateLimits();
      return {
        ...openTable(name, dynamo, workerPolicy(limits, remainingMs)),
        closing: openTable(name, dynamo, closingPolicy(limits, remainingMs)),
      };
    },
  };
};

/** The services by which work is let go of. */
export const withClosingTable = <Of extends { readonly table: SharedTable }>(services: Of): Of => ({
  ...services,
  table: services.table.closing ?? services.table,
});
