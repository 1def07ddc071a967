import * as v from 'valibot';
import { profilePk } from '../../../model/partition.ts';
import { entity } from '../../../platform/table/entity.ts';
import { shardOf, shardsOf } from '../../../platform/table/listing/shards.ts';
import { Membership } from './membership.ts';

export const listSk = (id: string): string => `LIST#${id}`;

const membersPk = (account: string, listId: string, shard: number): string => `A#${account}#LIST#${listId}#${shard}`;

/** The partitions that list the members of a list, by the time they joined. */
export const memberPartitions = (account: string, listId: string): string[] =>
  shardsOf((shard) => membersPk(account, listId, shard));

export const memberships = entity({
  type: 'membership',
  schema: Membership,
  key: ({ account, listId, profileId }: Pick<Membership, 'account' | 'listId' | 'profileId'>) => ({
    pk: profilePk(account, profileId),
    sk: listSk(listId),
  }),
  indexes: ({ account, listId, profileId, joinedAt }) => ({
    gsi1: { pk: membersPk(account, listId, shardOf(profileId)), sk: `${joinedAt}#${profileId}` },
  }),
});

const MemberCount = v.object({
  account: v.string(),
  listId: v.string(),
  shard: v.number(),
  count: v.optional(v.number(), 0),
  /** The list is being deleted: nobody can join. */
  isClosed: v.optional(v.boolean()),
});
type MemberCount = v.InferOutput<typeof MemberCount>;

/** The number of members in one shard of a list. Written in the transaction that writes a membership. */
export const memberCounts = entity({
  type: 'member_count',
  schema: MemberCount,
  key: ({ account, listId, shard }: Pick<MemberCount, 'account' | 'listId' | 'shard'>) => ({
    pk: `A#${account}#MEMBERS#${listId}#${shard}`,
    sk: 'COUNT',
  }),
});

/** The keys of all counts of one list. */
export const memberCountKeys = (account: string, listId: string) =>
  shardsOf(String).map((_, shard) => ({ account, listId, shard }));
