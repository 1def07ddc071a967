import { entity } from '../../../platform/table/entity.ts';
import { shardOf, shardsOf } from '../../../platform/table/listing/shards.ts';
import { RejectedItem } from './rejected-item.ts';

export const REJECTED = 'REJECTED#';

const rejectedPk = (account: string, shard: number): string => `A#${account}#REJECTED#${shard}`;

/** The partitions with the rejected items of an account. Their ids sort by the time of receipt. */
export const rejectedPartitions = (account: string): string[] => shardsOf((shard) => rejectedPk(account, shard));

/** No index lists them, so that one costs a single write unit, less than the event that it did not become. */
export const rejectedItems = entity({
  type: 'rejected_item',
  schema: RejectedItem,
  key: ({ account, id }: Pick<RejectedItem, 'account' | 'id'>) => ({
    pk: rejectedPk(account, shardOf(id)),
    sk: `${REJECTED}${id}`,
  }),
});
