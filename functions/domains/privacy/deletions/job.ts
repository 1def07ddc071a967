import * as v from 'valibot';
import { Alias } from '../../../model/identity.ts';
import { leaseFields } from '../../../platform/jobs/state.ts';
import { Subject } from '../subjects/subject.ts';

/** The kinds of messages: one for the job of a deletion, one for a sweep of the files. */
export const ERASE = 'erase';
export const SWEEP = 'sweep';

export const deletionStatuses = ['queued', 'processing', 'settling', 'complete', 'failed'] as const;

/** The number of removed things of one kind in one place. */
export const Removed = v.object({ place: v.string(), kind: v.string(), count: v.number() });

/** The end of a removed ledger chain. With it, an earlier export of the entries can be verified. */
export const RemovedLedger = v.object({ entries: v.number(), end: v.string() });

/** A place that nothing can be removed from, and the time when its content expires. */
export const Remaining = v.object({ place: v.string(), until: v.string() });

const DAY_MS = 86_400_000;

export const listRemaining = ({ removedAt }: Pick<DeletionJob, 'removedAt'>): v.InferOutput<typeof Remaining>[] => {
  if (removedAt === undefined) return [];
  const until = (days: number): string => new Date(Date.parse(removedAt) + days * DAY_MS).toISOString();
  return [
    { place: 'backups of the table, which become visible only if they are restored', until: until(35) },
    { place: 'stored results of earlier Athena queries', until: until(7) },
  ];
};

/** The erasure of one person. Once complete, it keeps only the ids of their profiles. */
export const DeletionJob = v.object({
  account: v.string(),
  id: v.string(),
  status: v.picklist(deletionStatuses),
  createdAt: v.string(),
  startedAt: v.optional(v.string()),
  /** When the first pass had removed everything. */
  removedAt: v.optional(v.string()),
  /** When the next pass looks for writes that were in progress. */
  nextAt: v.optional(v.string()),
  completedAt: v.optional(v.string()),
  /** The reason of a failure. */
  error: v.optional(v.string()),
  /** The subject of the request. Removed when the job completes. */
  subject: v.optional(Subject),
  /** All identifiers of the person, also removed on completion. They can no longer create a profile. */
  identifiers: v.array(Alias),
  profileIds: v.array(v.string()),
  /** The number of completed passes. */
  passes: v.number(),
  /** The next stage: the table, the files (by a sweep), or a wait until `nextAt`. */
  stage: v.picklist(['table', 'files', 'waiting', 'over']),
  /** The last sweep that included this job. */
  swept: v.optional(v.object({ id: v.string(), at: v.string() })),
  /** Files that the last sweep left, since their import was running. */
  kept: v.optional(v.number(), 0),
  /** Counts by place and kind. */
  removed: v.record(v.string(), v.number()),
  ledgers: v.array(RemovedLedger),
  /** Items of this partition up to this sort key are counted. They may be removed already. */
  claimed: v.optional(v.object({ pk: v.string(), through: v.string() })),
  ...leaseFields,
});
export type DeletionJob = v.InferOutput<typeof DeletionJob>;

export const listRemoved = ({ removed }: Pick<DeletionJob, 'removed'>): v.InferOutput<typeof Removed>[] =>
  Object.entries(removed)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => {
      const [place = '', kind = ''] = name.split('/');
      return { place, kind, count };
    });

/** Adds two counts. */
export const addCounts = (
  a: DeletionJob['removed'],
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).map(([name, count]) => [name, (a[name] ?? 0) + count])),
});
