import { isDeepStrictEqual } from 'node:util';
import type { Alias } from '../../model/identity.ts';
import { readAllItems } from '../../platform/table/listing/pages.ts';
import { update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { readUndoneMerges } from './erase.ts';
import { listMerges } from './merge/journal.ts';
import { type Merge, merges } from './merge/store.ts';
import { withoutIdentifiers } from './merge/undo.ts';
import { isNoneOf, profileUpdate } from './records/identifier-writes.ts';
import { idsOf, type Profile } from './records/profile.ts';
import { findProfile, readStoredProfiles } from './records/resolve.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PAGE = 100;
const TRIES = 16;

/**
 * Removes identifiers from what a profile kept after it gave them up: from the profiles merged into it, which keep
 * theirs so that the merge can be undone, and from every journal that names them. Safe to repeat.
 */
export const forgetFormerIdentifiers = async (
  identifiers: readonly Alias[],
  holderId: string,
  context: Deps,
): Promise<void> => {
  const current = await findProfile(holderId, context);
  const ids = current ? idsOf(current) : [holderId];
  for (const id of ids) if (id !== current?.id) await forgetInProfile(id, identifiers, context);
  for await (const merge of readJournals(ids, current, context)) {
    const set = withoutJournalIdentifiers(merge, identifiers);
    if (!isDeepStrictEqual(set, withoutJournalIdentifiers(merge, [])))
      await context.table.write(update(merges, merge, { set }));
  }
};

async function* readJournals(
  ids: readonly string[],
  current: Profile | undefined,
  context: Deps,
): AsyncGenerator<Merge> {
  if (current) yield* readAllItems((page) => listMerges(current.id, page, context), PAGE);
  for (const item of await readUndoneMerges(ids, context)) yield merges.fromItem(item);
}

const withoutJournalIdentifiers = (
  { moved, dropped, undone }: Merge,
  identifiers: readonly Alias[],
): Partial<Merge> => {
  const isKept = isNoneOf(identifiers);
  return {
    moved: moved.filter(isKept),
    dropped: dropped.filter(isKept),
    ...(undone && { undone: { ...undone, lost: undone.lost.filter(isKept) } }),
  };
};

/** Reads the profile again if a merge or an undo has changed it meanwhile. */
const forgetInProfile = async (id: string, identifiers: readonly Alias[], context: Deps): Promise<void> => {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const [before] = await readStoredProfiles([id], context);
    if (before?.mergedInto === undefined) return;
    const after = withoutIdentifiers(before, identifiers);
    if (isDeepStrictEqual(after, before)) return;
    const { done } = await context.table.write(profileUpdate(before, { ...after, rev: before.rev + 1 }));
    if (done) return;
  }
  throw new Error('The profile kept changing: too many concurrent writers.');
};
