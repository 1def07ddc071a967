import * as v from 'valibot';
import { spellingsOf } from '../../../model/email.ts';
import { Alias } from '../../../model/identity.ts';
import { profilePk } from '../../../model/partition.ts';
import { definition } from '../../../platform/table/definition.ts';
import { entity } from '../../../platform/table/entity.ts';
import { put, type Write } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import type { Profile } from './profile.ts';

const FormerIdentifier = v.object({ account: v.string(), profileId: v.string(), ...Alias.entries });
type FormerIdentifier = v.InferOutput<typeof FormerIdentifier>;

const FORMER = 'FORMER#';

const formerPk = (account: string, { kind, value }: Alias): string => `A#${account}#FORMER#${kind}#${value}`;

/**
 * Marks that a profile gave up an identifier. Its sources, its journals and its ledger may still contain it. Erasures
 * and access requests find them by this item, with one query.
 */
export const formerIdentifiers = entity({
  type: 'former_identifier',
  schema: FormerIdentifier,
  key: ({ account, profileId, kind, value }: FormerIdentifier) => ({
    pk: profilePk(account, profileId),
    sk: `${FORMER}${kind}#${value}`,
  }),
  indexes: ({ account, profileId, kind, value }) => ({
    gsi1: { pk: formerPk(account, { kind, value }), sk: profileId },
  }),
});

/** For the transaction in which a profile gives up identifiers. */
export const formerIdentifierWrites = (
  released: readonly Alias[],
  { account, id: profileId }: Pick<Profile, 'account' | 'id'>,
): Write[] => released.map(({ kind, value }) => put(formerIdentifiers, { account, profileId, kind, value }));

type Deps = Pick<Context, 'account' | 'table'>;

const MAX_HOLDERS = 1_000;
const MAX_FORMER = 10_000;

/** Reads the ids, at that time, of profiles that gave up an identifier. Reads an index, which may lag by a second. */
export const readFormerHolders = async ({ kind, value }: Alias, { account, table }: Deps): Promise<string[]> => {
  const holders: string[] = [];
  for (const spelling of spellingsOf(kind, value)) {
    const pk = formerPk(account, { kind, value: spelling });
    const items = await table.query({ index: 'gsi1', pk, limit: MAX_HOLDERS });
    holders.push(...items.map((item) => String(item[definition.indexes.gsi1.sk])));
  }
  return [...new Set(holders)];
};

/** Reads the identifiers that these profiles gave up. */
export const readFormerIdentifiers = async (
  profileIds: readonly string[],
  { account, table }: Deps,
): Promise<Alias[]> => {
  const identifiers: Alias[] = [];
  for (const id of profileIds) {
    const items = await table.queryOf(formerIdentifiers, {
      pk: profilePk(account, id),
      prefix: FORMER,
      limit: MAX_FORMER,
    });
    identifiers.push(...items.map(({ kind, value }) => ({ kind, value })));
  }
  return identifiers;
};
