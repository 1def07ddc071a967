import type { Dynamo } from './client/dynamo.ts';
import type { RateLimits } from './client/retry/worker-policy.ts';
import { openTable, type Table } from './table.ts';

/** The table for requests, and for background work. */
export interface SharedTable extends Table {
  /** Absent where only requests are served. */
  readonly withDeadline?: (remainingMs: () => number) => Promise<WorkTable>;
  /** For releasing work at its end. Absent where the work has no deadline. */
  readonly closing?: Table;
}

/**
 * The table for work that has so much time left: it goes slower where the table is throttled, so that requests find
 * room, and tries again until its time is nearly over.
 */
interface WorkTable extends Table {
  /** For releasing the work then. */
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

/** Services for releasing work. */
export const withClosingTable = <Of extends { readonly table: SharedTable }>(services: Of): Of => ({
  ...services,
  table: services.table.closing ?? services.table,
});
