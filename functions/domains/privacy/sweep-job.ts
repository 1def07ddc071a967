import * as v from 'valibot';
import { leaseFields } from '../../platform/jobs/state.ts';
import { entity } from '../../platform/table/entity.ts';

const Counts = v.record(v.string(), v.number());

/** One pass over all files of an account, for all erasures that wait for it. */
export const Sweep = v.object({
  account: v.string(),
  /** Absent between two sweeps. */
  id: v.optional(v.string()),
  startedAt: v.optional(v.string()),
  jobs: v.optional(v.array(v.string()), []),
  /** The current location, and the key up to which it is done. */
  place: v.optional(v.number(), 0),
  done: v.optional(v.string(), ''),
  /** Keys up to this one are counted. They may be done already. */
  claimed: v.optional(v.string(), ''),
  /** Counts of removed things, by deletion job. */
  counts: v.optional(v.record(v.string(), Counts), {}),
  /** Files that stay for now, since their import is running. */
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

/** The request of a deletion job for the next sweep. */
export const sweepRequests = entity({
  type: 'privacy_sweep_waiting',
  schema: v.object({ account: v.string(), job: v.string() }),
  key: ({ account, job }: { readonly account: string; readonly job: string }) => ({
    pk: sweepsPk(account),
    sk: `${REQUEST_PREFIX}${job}`,
  }),
});
