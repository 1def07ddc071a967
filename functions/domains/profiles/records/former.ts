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
 * That a profile had an identifier which it gave up. Profiles that were merged into it, journals and its ledger may still
 * name it: by this item they are found, with one query, when somebody is erased by it or asks for what is held.
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

/** For the transaction in which a profile gives these up. */
export const rememberFormer = (
  given: readonly Alias[],
  { account, id: profileId }: Pick<Profile, 'account' | 'id'>,
): Write[] => given.map(({ kind, value }) => put(formerIdentifiers, { account, profileId, kind, value }));

type Deps = Pick<Context, 'account' | 'table'>;

const MAX_HOLDERS = 1_000;
const MAX_FORMER = 10_000;

/** The profiles that gave up an identifier, by the ids that they had then. From an index: the last second may be missing. */
export const formerHolders = async ({ kind, value }: Alias, { account, table }: Deps): Promise<string[]> => {
  const found: string[] = [];
  for (const spelling of spellingsOf(kind, value)) {
    const pk = formerPk(account, { kind, value: spelling });
    const items = await table.query({ index: 'gsi1', pk, limit: MAX_HOLDERS });
    found.push(...items.map((item) => String(item[definition.indexes.gsi1.sk])));
  }
  return [...new Set(found)];
};

/** What profiles with these ids gave up. */
export const formerOf = async (profileIds: readonly string[], { account, table }: Deps): Promise<Alias[]> => {
  const found: Alias[] = [];
  for (const id of profileIds) {
    const items = await table.queryOf(formerIdentifiers, {
      pk: profilePk(account, id),
      prefix: FORMER,
      limit: MAX_FORMER,
    });
    found.push(...items.map(({ kind, value }) => ({ kind, value })));
  }
  return found;
};
