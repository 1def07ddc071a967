import * as v from 'valibot';
import { dayOf } from '../../../model/time.ts';
import { entity } from '../../../platform/table/entity.ts';

/** How long counts are kept. */
export const KEPT_DAYS = 90;

/**
 * A part of the counts of an hour: the changes of one message that were counted. Parts are never changed. A change that
 * was delivered twice is in two parts, and counts once.
 */
export const CountPart = v.object({
  account: v.string(),
  /** The hour of receipt: `2026-11-30T10`. */
  hour: v.string(),
  id: v.string(),
  /** See `labels.ts`. */
  counts: v.string(),
  expiresAt: v.number(),
});
export type CountPart = v.InferOutput<typeof CountPart>;

/** The partition of an account's day. It takes a thousand parts a second, of up to ten thousand events each. */
export const countsPk = (account: string, day: string): string => `A#${account}#COUNTS#${day}`;

export const countParts = entity({
  type: 'event_count',
  schema: CountPart,
  key: ({ account, hour, id }: Pick<CountPart, 'account' | 'hour' | 'id'>) => ({
    pk: countsPk(account, dayOf(hour)),
    sk: `${hour}#${id}`,
  }),
});
