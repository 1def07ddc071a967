import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { profilePk } from '../../../model/partition.ts';
import { PushToken, type PushTokenAttributes } from '../../../model/push-token.ts';
import { entity } from '../../../platform/table/entity.ts';
import { shardOf, shardsOf } from '../../../platform/table/shards.ts';

export const PUSH_TOKENS = 'PUSHTOKEN#';

/** A token is one app on one device: a second registration means the same one. */
export const tokenIdOf = ({ platform, token }: Pick<PushTokenAttributes, 'platform' | 'token'>): string =>
  createHash('sha256').update(`${platform}:${token}`).digest('base64url').slice(0, 22);

const listPk = (account: string, shard: number): string => `A#${account}#PUSHTOKENS#${shard}`;

/** The partitions that list all tokens of an account, by the time of their first registration. */
export const tokenLists = (account: string): string[] => shardsOf((shard) => listPk(account, shard));

/** Stands with its profile, and goes with it. */
export const pushTokens = entity({
  type: 'push_token',
  schema: PushToken,
  key: ({ account, profileId, id }: Pick<PushToken, 'account' | 'profileId' | 'id'>) => ({
    pk: profilePk(account, profileId),
    sk: `${PUSH_TOKENS}${id}`,
  }),
  json: ['metadata'],
  indexes: ({ account, profileId, id, created }) => ({
    gsi1: { pk: listPk(account, shardOf(id)), sk: `${created}#${profileId}#${id}` },
  }),
});

const Owner = v.object({ account: v.string(), id: v.string(), profileId: v.string() });
type Owner = v.InferOutput<typeof Owner>;

/** Whose a token is: one item for each, so that no token is of two profiles. */
export const tokenOwners = entity({
  type: 'push_token_owner',
  schema: Owner,
  key: ({ account, id }: Pick<Owner, 'account' | 'id'>) => ({ pk: `A#${account}#PUSHTOKEN#${id}`, sk: 'OWNER' }),
});
