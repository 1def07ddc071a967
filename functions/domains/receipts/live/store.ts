import * as v from 'valibot';
import { entity } from '../../../platform/table/entity.ts';

/** One item that came in. Who it is about is masked before it is written. */
const LiveEntry = v.object({
  at: v.string(),
  source: v.string(),
  metric: v.optional(v.string()),
  outcome: v.string(),
  who: v.optional(v.string()),
});
export type LiveEntry = v.InferOutput<typeof LiveEntry>;

/** What one process reported at once. */
const LiveBatch = v.object({
  account: v.string(),
  id: v.string(),
  entries: v.array(LiveEntry),
  /** How many more came in than are shown. */
  more: v.number(),
  expiresAt: v.number(),
});
export type LiveBatch = v.InferOutput<typeof LiveBatch>;

export const LIVE = 'LIVE#';
export const livePk = (account: string): string => `A#${account}#LIVE`;

/** Each process writes a few a second, and only while somebody looks: one partition takes them all. */
export const liveBatches = entity({
  type: 'live_batch',
  schema: LiveBatch,
  key: ({ account, id }: Pick<LiveBatch, 'account' | 'id'>) => ({ pk: livePk(account), sk: `${LIVE}${id}` }),
  json: ['entries'],
});
