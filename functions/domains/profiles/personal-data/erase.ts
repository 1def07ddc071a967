import { withAllSpellings } from '../../../model/email.ts';
import type { Alias } from '../../../model/identity.ts';
import type { EraseDeps, ErasedPerson } from '../../../model/personal-data/erasure.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { readAllItems } from '../../../platform/table/pages.ts';
import { forgetFormer } from '../forget.ts';
import { mergesOf } from '../merge/journal.ts';
import { formerHolders, formerIdentifiers, formerOf } from '../records/former.ts';

type Deps = Omit<EraseDeps, 'now'>;

/** Identifiers that merges brought or that were given up. */
export const findEarlierIdentifiers = async (profileIds: readonly string[], deps: Deps): Promise<Alias[]> => {
  const [standing] = profileIds;
  const brought = standing === undefined ? [] : await identifiersInMerges(standing, deps);
  return [...brought, ...(await formerOf(profileIds, deps))];
};

/** By merges that hold: what one that was undone moved is somebody else's. */
const identifiersInMerges = async (profileId: string, deps: Deps): Promise<Alias[]> => {
  const identifiers: Alias[] = [];
  for await (const { undone, moved, dropped } of readAllItems((page) => mergesOf(profileId, page, deps), 100))
    if (!undone) identifiers.push(...moved, ...dropped);
  return identifiers;
};

/** That others had these identifiers before, once nothing else of them tells which: items to be removed. */
export const findFormerIdentifiers = async (
  { profileIds, identifiers }: ErasedPerson,
  deps: Deps,
): Promise<readonly Item[]> => {
  const { account, table } = deps;
  const all: Item[] = [];
  for (const identifier of identifiers) {
    for (const holder of await formerHolders(identifier, deps)) {
      if (profileIds.includes(holder)) continue;
      const gone = withAllSpellings([identifier]);
      await forgetFormer(gone, holder, deps);
      const keys = gone.map(({ kind, value }) => formerIdentifiers.key({ account, profileId: holder, kind, value }));
      all.push(...(await table.getItems(keys)).filter((item) => item !== undefined));
    }
  }
  return all;
};
