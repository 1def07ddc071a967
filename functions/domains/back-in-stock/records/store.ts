import * as v from 'valibot';
import { profilePk } from '../../../model/partition.ts';
import { type JobId, jobFields } from '../../../platform/jobs/state.ts';
import { definition } from '../../../platform/table/definition.ts';
import { entity } from '../../../platform/table/entity.ts';
import { shardOf, shardsOf } from '../../../platform/table/listing/shards.ts';
import { StockSubscription } from './subscription.ts';

/** The prefix of the sort keys of subscriptions, in the partition of their profile. */
export const STOCK = 'STOCK#';

const waitingPk = (account: string, variant: string, shard: number): string => `A#${account}#STOCK#${shard}#${variant}`;

/** The partitions of `gsi1` that list who waits for a variant, oldest first. */
export const waitingPartitions = (account: string, variant: string): string[] =>
  shardsOf((shard) => waitingPk(account, variant, shard));

type SubscriptionId = Pick<StockSubscription, 'account' | 'profileId' | 'variant'>;

/** One per profile and variant. It is removed with its profile, and listed by its variant while the person waits. */
export const stockSubscriptions = entity({
  type: 'back_in_stock_subscription',
  schema: StockSubscription,
  key: ({ account, profileId, variant }: SubscriptionId) => ({
    pk: profilePk(account, profileId),
    sk: `${STOCK}${variant}`,
  }),
  indexes: ({ account, profileId, variant, created, ended }) =>
    ended === undefined
      ? { gsi1: { pk: waitingPk(account, variant, shardOf(profileId)), sk: `${created}#${profileId}` } }
      : {},
});

/** The attributes to remove from a subscription that no longer waits. */
export const waitingAttributes = Object.values(definition.indexes.gsi1);

const StockRound = v.object({
  ...jobFields,
  /** The change of the variant that started it. Earlier changes that arrive late are ignored. */
  position: v.optional(v.string()),
  /** How far this pass over the waiting people has come. */
  cursor: v.optional(v.string()),
  /** How many people are left of those who are notified before the next wait. */
  left: v.optional(v.number()),
  /** When the next people are notified. */
  due: v.optional(v.string()),
});
export type StockRound = v.InferOutput<typeof StockRound>;

/**
 * Tells the people who wait for a variant that it is back. There is one per variant, from the first subscription on, so
 * that a change of a variant that nobody ever waited for starts nothing.
 */
export const stockRounds = entity({
  type: 'back_in_stock_round',
  schema: StockRound,
  key: ({ account, id }: JobId) => ({ pk: `A#${account}#STOCKROUND#${id}`, sk: 'ROUND' }),
});
