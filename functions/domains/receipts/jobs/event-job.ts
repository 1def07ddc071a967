import * as v from 'valibot';
import { entity } from '../../../platform/table/entity.ts';

/** How long the job of a bulk call is kept. */
export const KEPT_DAYS = 14;

/** What became of the items of one bulk call. It is complete when it is stored. */
export const EventJob = v.object({
  account: v.string(),
  id: v.string(),
  source: v.string(),
  receivedAt: v.string(),
  /** What it is about. @default events */
  kind: v.optional(v.picklist(['consent', 'membership'])),
  /** The list that its people join or leave. */
  listId: v.optional(v.string()),
  /** The number of events that were not stored, by `<metric id> <outcome>`. Absent if all were. */
  unstored: v.optional(v.record(v.string(), v.number())),
  /** The outcome and place of each event: see `results.ts`. */
  results: v.string(),
  expiresAt: v.number(),
});
export type EventJob = v.InferOutput<typeof EventJob>;

/** A partition for each: bulk calls at the same time share none. */
export const eventJobs = entity({
  type: 'event_job',
  schema: EventJob,
  key: ({ account, id }: Pick<EventJob, 'account' | 'id'>) => ({ pk: `A#${account}#EVENTJOB#${id}`, sk: 'JOB' }),
});
