import type { Dynamo } from './client/dynamo.ts';
import type { RateLimits } from './client/retry/worker-policy.ts';
import { openTable, type Table } from './table.ts';

/** The table, for requests and for background work. */
export interface SharedTable extends Table {
  /** For background work with limited time. Absent in functions that serve only requests. */
  readonly withDeadline?: (remainingMs: () => number) => Promise<TableWithDeadline>;
  /** For releasing work near the deadline. Absent if there is no deadline. */
  readonly closing?: Table;
}

/**
 * The table for work with a deadline. It slows down while the table is throttled, which leaves capacity for requests,
 * and retries until shortly before the deadline.
 */
interface TableWithDeadline extends Table {
  /** For releasing the work near the deadline. */
  readonly closing: Table;
}

export const openSharedTable = (name: string, dynamo: Dynamo): SharedTable => {
  let limits: RateLimits | undefined;
  return {
    ...openTable(name, dynamo),
    async withDeadline(remainingMs) {
      // Requests never need this module.
      const { closingPolicy, openRateLimits, workerPolicy } = await import('./client/retry/worker-policy.ts');
      limits ??= openRateLimits();
      return {
        ...openTable(name, dynamo, workerPolicy(limits, remainingMs)),
        closing: openTable(name, dynamo, closingPolicy(limits, remainingMs)),
      };
    },
  };
};

/** The services for releasing work near the deadline. */
export const withClosingTable = <Of extends { readonly table: SharedTable }>(services: Of): Of => ({
  ...services,
  table: services.table.closing ?? services.table,
});
