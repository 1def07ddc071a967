import * as v from 'valibot';
import { type IdentifierKind, identifierKinds } from '../../../model/identity.ts';
import { profilePk } from '../../../model/partition.ts';
import { entity } from '../../../platform/table/entity.ts';
import { shardOf, shardsOf } from '../../../platform/table/listing/shards.ts';
import { Profile } from './profile.ts';

/** The partitions that list an account's profiles, by creation time (ids sort by it), change time or e-mail. */
export const profilePartitions = (account: string, by: 'id' | 'updated' | 'email'): string[] =>
  shardsOf((shard) => listPk(account, by, shard));

const listPk = (account: string, by: 'id' | 'updated' | 'email', shard: number): string =>
  `A#${account}#PROFILES#${by}#${shard}`;

const mergedPk = (account: string, shard: number): string => `A#${account}#MERGED#${shard}`;

/** The partitions that list all merged profiles of an account, as `<source>#<destination>`. */
export const mergedProfilePartitions = (account: string): string[] => shardsOf((shard) => mergedPk(account, shard));

export const profiles = entity({
  type: 'profile',
  schema: Profile,
  key: ({ account, id }: Pick<Profile, 'account' | 'id'>) => ({ pk: profilePk(account, id), sk: 'PROFILE' }),
  json: ['properties', 'imported'],
  indexes: ({ account, id, updated, mergedInto }) => {
    const shard = shardOf(id);
    if (mergedInto !== undefined) return { gsi1: { pk: mergedPk(account, shard), sk: `${id}#${mergedInto}` } };
    return {
      gsi1: { pk: listPk(account, 'id', shard), sk: id },
      gsi2: { pk: listPk(account, 'updated', shard), sk: `${updated}#${id}` },
    };
  },
});

const Identifier = v.object({
  account: v.string(),
  kind: v.picklist(identifierKinds),
  value: v.string(),
  profileId: v.string(),
  /** The profiles merged into that one. Repeated here so that an event needs no second read. */
  sources: v.optional(v.array(v.string())),
});
export type Identifier = v.InferOutput<typeof Identifier>;

/** The owner of an identifier. There is one item per identifier, so its key makes it unique. */
export const identifiers = entity({
  type: 'identifier',
  schema: Identifier,
  key: ({
    account,
    kind,
    value,
  }: {
    readonly account: string;
    readonly kind: IdentifierKind;
    readonly value: string;
  }) => ({
    pk: `A#${account}#ID#${kind}#${value}`,
    sk: 'ID',
  }),
  indexes: ({ account, kind, value, profileId }) =>
    kind === 'email' ? { gsi1: { pk: listPk(account, 'email', shardOf(profileId)), sk: `${value}#${profileId}` } } : {},
});
