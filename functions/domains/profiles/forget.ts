import { isDeepStrictEqual } from 'node:util';
import type { Alias } from '../../model/identity.ts';
import { readAllItems } from '../../platform/table/pages.ts';
import { update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { undoneMergesOf } from './erase.ts';
import { mergesOf } from './merge/journal.ts';
import { type Merge, merges } from './merge/store.ts';
import { without } from './merge/undo.ts';
import { isNoneOf, profileUpdate } from './records/identifier-writes.ts';
import { idsOf, type Profile } from './records/profile.ts';
import { profileOf, storedProfiles } from './records/resolve.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PAGE = 100;
const TRIES = 16;

/**
 * Takes identifiers out of what a profile kept of them when it gave them up: out of the profiles that were merged into it,
 * which keep what they had for the merge to be undone, and out of every journal that names them. Safe to repeat.
 */
export const forgetFormer = async (gone: readonly Alias[], holder: string, context: Deps): Promise<void> => {
  const standing = await profileOf(holder, context);
  const ids = standing ? idsOf(standing) : [holder];
  for (const id of ids) if (id !== standing?.id) await forgetIn(id, gone, context);
  for await (const merge of journalsOf(ids, standing, context)) {
    const set = withoutThese(merge, gone);
    if (!isDeepStrictEqual(set, withoutThese(merge, []))) await context.table.write(update(merges, merge, { set }));
  }
};

async function* journalsOf(
  ids: readonly string[],
  standing: Profile | undefined,
  context: Deps,
): AsyncGenerator<Merge> {
  if (standing) yield* readAllItems((page) => mergesOf(standing.id, page, context), PAGE);
  for (const item of await undoneMergesOf(ids, context)) yield merges.fromItem(item);
}

const withoutThese = ({ moved, dropped, undone }: Merge, gone: readonly Alias[]): Partial<Merge> => {
  const isKept = isNoneOf(gone);
  return {
    moved: moved.filter(isKept),
    dropped: dropped.filter(isKept),
    ...(undone && { undone: { ...undone, lost: undone.lost.filter(isKept) } }),
  };
};

/** A merge or its undoing may come in between: then the profile is read again. */
const forgetIn = async (id: string, gone: readonly Alias[], context: Deps): Promise<void> => {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const [before] = await storedProfiles([id], context);
    if (before?.mergedInto === undefined) return;
    const kept = without(before, gone);
    if (isDeepStrictEqual(kept, before)) return;
    const { done } = await context.table.write(profileUpdate(before, { ...kept, rev: before.rev + 1 }));
    if (done) return;
  }
  throw new Error('The profile changes all the time.');
};
