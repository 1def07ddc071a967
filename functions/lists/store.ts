import { profilePk } from '../profiles/partition.ts';
import { entity } from '../table/entity.ts';
import { shardOf, shardsOf } from '../table/shards.ts';
import { List, Membership } from './list.ts';

export const listsPk = (account: string): string => `A#${account}#LISTS`;
export const listSk = (id: string): string => `LIST#${id}`;

const membersPk = (account: string, listId: string, shard: number): string => `A#${account}#LIST#${listId}#${shard}`;

/** The partitions that list a list's members by the time that they joined. */
export const memberLists = (account: string, listId: string): string[] =>
  shardsOf((shard) => membersPk(account, listId, shard));

export const lists = entity({
  type: 'list',
  schema: List,
  key: ({ account, id }: Pick<List, 'account' | 'id'>) => ({ pk: listsPk(account), sk: listSk(id) }),
});

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
