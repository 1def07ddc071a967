import * as v from 'valibot';
import { entity } from '../../platform/table/entity.ts';

/** What became of the events of a call that leave nothing else behind. The counts are taken from it. */
export const Unstored = v.object({
  account: v.string(),
  id: v.string(),
  source: v.string(),
  receivedAt: v.string(),
  /** The number of events by `<metric id> <outcome>`. */
  unstored: v.record(v.string(), v.number()),
  expiresAt: v.number(),
});
export type Unstored = v.InferOutput<typeof Unstored>;

/** A partition for each: calls at the same time share none. */
export const receipts = entity({
  type: 'receipt',
  schema: Unstored,
  key: ({ account, id }: Pick<Unstored, 'account' | 'id'>) => ({ pk: `A#${account}#RECEIPT#${id}`, sk: 'RECEIPT' }),
});
