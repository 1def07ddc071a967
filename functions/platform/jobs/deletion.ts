import * as v from 'valibot';
import type { Outcome } from './job.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { JobContext, Run } from './run.ts';
import { leaseFields } from './state.ts';

/** For the schema of an object that is itself the job of its deletion. For callers it is gone even if the job fails. */
export const deletionFields = {
  /** When it was deleted. What belongs to it is being removed, and then the object itself. */
  deletedAt: v.optional(v.string()),
  /** Why the deletion failed. Deleting the object again continues it. */
  deletionError: v.optional(v.string()),
  /** The next page to remove, and whether the current pass has found any. */
  deletionCursor: v.optional(v.string()),
  deletionFound: v.optional(v.boolean()),
  ...leaseFields,
};

const Deletion = v.object({ account: v.string(), id: v.string(), ...deletionFields });
type Deletion = v.InferOutput<typeof Deletion>;

export const byDeletion: Lifecycle<Deletion> = {
  statusOf: ({ deletedAt, deletionError }) => {
    if (deletedAt === undefined) return 'cancelled';
    return deletionError === undefined ? 'processing' : 'failed';
  },
  errorOf: ({ deletionError }) => deletionError,
  isUnchanged: () => ({ attribute: 'deletedAt', is: 'set' }),
  begin: () => ({}),
  end: () => ({}),
  fail: (_, reason) => ({ set: { deletionError: reason } }),
  reopen: () => ({ remove: ['deletionError'] }),
};

/** The marginMs of a job of these steps: processing a page takes less. */
export const DELETION_MARGIN_MS = 30_000;

interface Removed {
  readonly count: number;
  /** Absent after the last page. */
  readonly next?: string | undefined;
}

interface Steps {
  /** What was under way at the deletion is seen by then. */
  readonly settledSeconds: number;
  /** Removes a page of what belongs to the object. Safe to repeat. */
  readonly removePage: (job: Deletion, cursor: string | undefined, context: JobContext) => Promise<Removed>;
  /** Removes the object itself. */
  readonly removeLast: (job: Deletion, context: JobContext) => Promise<void>;
}

/** The step of a deletion: page by page, until a pass that begins late enough finds nothing. */
export const deletionStep =
  ({ settledSeconds, removePage, removeLast }: Steps) =>
  async ({ job }: Pick<Run<Deletion>, 'job'>, context: JobContext): Promise<Outcome<Deletion>> => {
    const { deletedAt = '', deletionCursor, deletionFound = false } = job;
    const { count, next } = await removePage(job, deletionCursor, context);
    const hasFound = deletionFound || count > 0;
    if (next !== undefined) return { kind: 'next', set: { deletionCursor: next, deletionFound: hasFound } };
    const ageMs = context.now().getTime() - Date.parse(deletedAt);
    if (hasFound || ageMs <= settledSeconds * 1_000)
      return { kind: 'wait', until: settledSeconds + 1, remove: ['deletionCursor', 'deletionFound'] };
    await removeLast(job, context);
    return { kind: 'gone' };
  };
