import * as v from 'valibot';
import { Alias } from '../../../model/identity.ts';
import { leaseFields } from '../../../platform/jobs/state.ts';
import { Subject } from '../subjects/subject.ts';

/** The kind of the message that a deletion is worked off by, and of that of a sweep through the files. */
export const ERASE = 'erase';
export const SWEEP = 'sweep';

export const deletionStatuses = ['queued', 'processing', 'settling', 'complete', 'failed'] as const;

/** What was removed of one kind of thing in one place. */
export const Removed = v.object({ place: v.string(), kind: v.string(), count: v.number() });

/** The end of a chain of ledger entries that were removed: who has exported them can show by it that they are those. */
export const RemovedLedger = v.object({ entries: v.number(), end: v.string() });

/** What nothing can be taken out of, and when it is gone by itself. */
export const Remaining = v.object({ place: v.string(), until: v.string() });

const DAY_MS = 86_400_000;

export const listRemaining = ({ removedAt }: Pick<DeletionJob, 'removedAt'>): v.InferOutput<typeof Remaining>[] => {
  if (removedAt === undefined) return [];
  const until = (days: number): string => new Date(Date.parse(removedAt) + days * DAY_MS).toISOString();
  return [
    { place: 'backups of the table, which only a restoration brings back', until: until(35) },
    { place: 'answers of Athena to whoever asked it before', until: until(7) },
  ];
};

/** One person to be erased. Of them it holds, when it is over, nothing but the ids of their profiles. */
export const DeletionJob = v.object({
  account: v.string(),
  id: v.string(),
  status: v.picklist(deletionStatuses),
  createdAt: v.string(),
  startedAt: v.optional(v.string()),
  /** When everything that was there had been removed for the first time. */
  removedAt: v.optional(v.string()),
  /** When it is looked again for what was under way. */
  nextAt: v.optional(v.string()),
  completedAt: v.optional(v.string()),
  /** Why it failed. */
  error: v.optional(v.string()),
  /** Whom the request named; gone when it is over. */
  subject: v.optional(Subject),
  /** Every identifier that the person was known by, for the same time. Nobody is made by them any more. */
  identifiers: v.array(Alias),
  profileIds: v.array(v.string()),
  /** How often everything has been looked through. */
  passes: v.number(),
  /** What is to be done next: in the table, in files by a sweep, or nothing until `nextAt`. */
  stage: v.picklist(['table', 'files', 'waiting', 'over']),
  /** The last sweep that it was in. */
  swept: v.optional(v.object({ id: v.string(), at: v.string() })),
  /** Files that the last one left, as their import was under way. */
  kept: v.optional(v.number(), 0),
  /** By place and kind. */
  removed: v.record(v.string(), v.number()),
  ledgers: v.array(RemovedLedger),
  /** The items of this partition up to this sort key are counted, and may be removed already. */
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

/** Sums of what two counts say. */
export const addCounts = (
  a: DeletionJob['removed'],
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).map(([name, count]) => [name, (a[name] ?? 0) + count])),
});
