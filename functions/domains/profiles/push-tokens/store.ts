import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { profilePk } from '../../../model/partition.ts';
import { PushToken, type PushTokenAttributes } from '../../../model/push-token.ts';
import { entity } from '../../../platform/table/entity.ts';
import { shardOf, shardsOf } from '../../../platform/table/listing/shards.ts';

export const PUSH_TOKENS = 'PUSHTOKEN#';

/** The id of a token, derived from its value: registering it twice updates one item. */
export const tokenIdOf = ({ platform, token }: Pick<PushTokenAttributes, 'platform' | 'token'>): string =>
  createHash('sha256').update(`${platform}:${token}`).digest('base64url').slice(0, 22);

const listPk = (account: string, shard: number): string => `A#${account}#PUSHTOKENS#${shard}`;

/** The partitions that list all tokens of an account, by first registration. */
export const tokenPartitions = (account: string): string[] => shardsOf((shard) => listPk(account, shard));

/** Stored in the partition of its profile, and removed with it. */
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

/** Names the owner of a token. One item per token ensures that it belongs to one profile. */
export const tokenOwners = entity({
  type: 'push_token_owner',
  schema: Owner,
  key: ({ account, id }: Pick<Owner, 'account' | 'id'>) => ({ pk: `A#${account}#PUSHTOKEN#${id}`, sk: 'OWNER' }),
});
