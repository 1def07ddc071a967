import { createHash } from 'node:crypto';
import { profilePk } from '../profiles/store.ts';
import { entity } from '../table/entity.ts';
import { List, Membership } from './list.ts';

/** A list's members are spread over this many partitions, so that an import may add 8,000 a second to one list. */
const SHARDS = 8;

const shardOf = (profileId: string): number => (createHash('sha1').update(profileId).digest()[0] ?? 0) % SHARDS;

export const listsPk = (account: string): string => `A#${account}#LISTS`;
export const listSk = (id: string): string => `LIST#${id}`;

const membersPk = (account: string, listId: string, shard: number): string => `A#${account}#LIST#${listId}#${shard}`;

/** The partitions that list a list's members by the time that they joined. */
export const memberLists = (account: string, listId: string): string[] =>
  Array.from({ length: SHARDS }, (_, shard) => membersPk(account, listId, shard));

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
