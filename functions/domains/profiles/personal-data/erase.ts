import { withAllSpellings } from '../../../model/email.ts';
import type { Alias } from '../../../model/identity.ts';
import type { EraseDeps, ErasedPerson } from '../../../model/personal-data/erasure.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { readAllItems } from '../../../platform/table/listing/pages.ts';
import { forgetFormerIdentifiers } from '../forget-former-identifiers.ts';
import { listMerges } from '../merge/journal.ts';
import { formerIdentifiers, readFormerHolders, readFormerIdentifiers } from '../records/former-identifiers.ts';

type Deps = Omit<EraseDeps, 'now'>;

/** Identifiers of a person that came by merges or were given up. */
export const findEarlierIdentifiers = async (profileIds: readonly string[], deps: Deps): Promise<Alias[]> => {
  const [currentId] = profileIds;
  const mergedIdentifiers = currentId === undefined ? [] : await identifiersInMerges(currentId, deps);
  return [...mergedIdentifiers, ...(await readFormerIdentifiers(profileIds, deps))];
};

/** Skips undone merges: what they moved belongs to somebody else. */
const identifiersInMerges = async (profileId: string, deps: Deps): Promise<Alias[]> => {
  const identifiers: Alias[] = [];
  for await (const { undone, moved, dropped } of readAllItems((page) => listMerges(profileId, page, deps), 100))
    if (!undone) identifiers.push(...moved, ...dropped);
  return identifiers;
};

/**
 * Finds items that say that other profiles once had these identifiers, after removing the identifiers from everything
 * else those profiles kept. The caller removes the items.
 */
export const findFormerIdentifiers = async (
  { profileIds, identifiers }: ErasedPerson,
  deps: Deps,
): Promise<readonly Item[]> => {
  const { account, table } = deps;
  const items: Item[] = [];
  for (const identifier of identifiers) {
    for (const holder of await readFormerHolders(identifier, deps)) {
      if (profileIds.includes(holder)) continue;
      const spellings = withAllSpellings([identifier]);
      await forgetFormerIdentifiers(spellings, holder, deps);
      const keys = spellings.map(({ kind, value }) =>
        formerIdentifiers.key({ account, profileId: holder, kind, value }),
      );
      items.push(...(await table.getItems(keys)).filter((item) => item !== undefined));
    }
  }
  return items;
};
