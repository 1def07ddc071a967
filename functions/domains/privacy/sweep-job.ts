import * as v from 'valibot';
import { leaseFields } from '../../platform/jobs/state.ts';
import { entity } from '../../platform/table/entity.ts';

const Counts = v.record(v.string(), v.number());

/** One walk through all files of an account, for the people who are to be erased at that time. */
export const Sweep = v.object({
  account: v.string(),
  /** Absent between two of them. */
  id: v.optional(v.string()),
  startedAt: v.optional(v.string()),
  jobs: v.optional(v.array(v.string()), []),
  /** Which of the places it goes through, and up to which key of it all is done. */
  place: v.optional(v.number(), 0),
  done: v.optional(v.string(), ''),
  /** Keys up to this one are counted, and may be done. */
  claimed: v.optional(v.string(), ''),
  /** By deletion job: what was removed. */
  counts: v.optional(v.record(v.string(), Counts), {}),
  /** Files that stay for now, as their import is under way. */
  kept: v.optional(v.number(), 0),
  ...leaseFields,
});
export type Sweep = v.InferOutput<typeof Sweep>;

const sweepsPk = (account: string): string => `A#${account}#PRIVACYSWEEP`;

export const sweeps = entity({
  type: 'privacy_sweep',
  schema: Sweep,
  key: ({ account }: Pick<Sweep, 'account'>) => ({ pk: sweepsPk(account), sk: 'SWEEP' }),
});

const REQUEST_PREFIX = 'WAITING#';

export const sweepRequestsIn = (account: string) => ({ pk: sweepsPk(account), prefix: REQUEST_PREFIX });

/** A deletion job that waits for the next sweep. */
export const sweepRequests = entity({
  type: 'privacy_sweep_waiting',
  schema: v.object({ account: v.string(), job: v.string() }),
  key: ({ account, job }: { readonly account: string; readonly job: string }) => ({
    pk: sweepsPk(account),
    sk: `${REQUEST_PREFIX}${job}`,
  }),
});
