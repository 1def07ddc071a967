/**
 * What became of an item that was received. `conflict`: another event with other content has its `unique_id`.
 * `erased`: the person was erased, and nothing is stored.
 */
export const outcomes = ['stored', 'duplicate', 'conflict', 'rejected', 'suppressed', 'erased'] as const;
export type Outcome = (typeof outcomes)[number];
