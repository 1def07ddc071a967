import { ApiError } from '../../../platform/errors.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { addItems, replaceItems } from '../category-items.ts';
import { deleteCategory, deleteVariant, ignoreMissing } from '../delete.ts';
import { deleteItem } from '../delete-item.ts';
import { absenceOf } from '../records/absence.ts';
import { categories, items, variants } from '../records/read.ts';
import type { Base } from '../records/records.ts';
import { storeCategories } from '../write/categories.ts';
import type { DraftProblem, StoreMode, StoreResult } from '../write/draft.ts';
import { storeItems } from '../write/items.ts';
import type { StoreDeps } from '../write/kind.ts';
import { storeVariants } from '../write/variants.ts';
import type { BulkCategory, BulkDrafts, BulkVariant } from './drafts.ts';
import type { BulkKind } from './job.ts';

export type Deps = Pick<Context, 'account' | 'table' | 'queue' | 'now' | 'newId' | 'settings'>;

export interface How {
  readonly action: BulkKind['action'];
  /** When the job began: the time at which everything that it creates is created. */
  readonly at: string;
  /** Some of it may be done: an earlier run was killed. */
  readonly isRepeat: boolean;
}

type Problems = readonly DraftProblem[];
/** By the id of the draft. A draft without an entry was applied. */
type Refused = ReadonlyMap<string, Problems>;

interface WithId {
  readonly id: string;
}

const PARALLEL = 8;

/** Applies drafts of different ids, each independently. */
export const applyDrafts = (sent: BulkDrafts, how: How, context: Deps): Promise<Refused> => {
  const isDeletion = how.action === 'delete';
  switch (sent.object) {
    case 'item':
      return isDeletion
        ? deleteEach(sent.drafts, (id) => deleteItem(id, context))
        : storeEach(sent.drafts, { ...items, store: storeItems }, how, context);
    case 'variant':
      return isDeletion
        ? deleteEach(sent.drafts, (id) => deleteVariant(id, context))
        : storeBulkVariants(sent.drafts, how, context);
    case 'category':
      return isDeletion
        ? deleteEach(sent.drafts, (id) => deleteCategory(id, context))
        : storeBulkCategories(sent.drafts, how, context);
  }
};

/** The ids of the drafts whose object exists. */
export const findExisting = async (
  { object, drafts }: BulkDrafts,
  context: Pick<Deps, 'account' | 'table'>,
): Promise<ReadonlySet<string>> => {
  const { findMany } = { item: items, variant: variants, category: categories }[object];
  return new Set((await findMany(idsOf(drafts), context)).keys());
};

const idsOf = (drafts: readonly WithId[]): string[] => drafts.map(({ id }) => id);

/** An object that is gone meanwhile is as it should be: an earlier run of the job may have deleted it. */
const deleteEach = async (drafts: readonly WithId[], remove: (id: string) => Promise<void>): Promise<Refused> => {
  await inParallel(drafts, PARALLEL, ({ id }) => ignoreMissing(remove(id)));
  return new Map();
};

interface Storing<Value, Draft> {
  readonly findMany: (
    ids: readonly string[],
    context: Pick<Deps, 'account' | 'table'>,
  ) => Promise<ReadonlyMap<string, Value>>;
  readonly store: (
    drafts: readonly Draft[],
    options: { readonly mode: StoreMode },
    deps: StoreDeps,
  ) => Promise<StoreResult<Value>[]>;
}

/** The ids of what an earlier run of the job has created. Nothing of these ids existed before, which it had checked. */
const findOwn = async <Value extends Base>(
  drafts: readonly WithId[],
  { findMany }: Pick<Storing<Value, never>, 'findMany'>,
  { action, at, isRepeat }: How,
  context: Deps,
): Promise<ReadonlySet<string>> => {
  if (!isRepeat || action !== 'create') return new Set();
  const found = await findMany(idsOf(drafts), context);
  return new Set(idsOf([...found.values()].filter(({ created }) => created === at)));
};

const storeEach = async <Value extends Base, Draft extends WithId>(
  drafts: readonly Draft[],
  { findMany, store }: Storing<Value, Draft>,
  how: How,
  context: Deps,
): Promise<Refused> => {
  const own = await findOwn(drafts, { findMany }, how, context);
  const open = drafts.filter(({ id }) => !own.has(id));
  const isNew = how.action === 'create';
  const mode = isNew ? 'create' : 'update';
  const results = await store(open, { mode }, { ...context, now: isNew ? () => new Date(how.at) : context.now });
  return new Map(
    results.flatMap((result, i): (readonly [string, Problems])[] => {
      const draft = open[i];
      return draft && result.outcome === 'refused' ? [[draft.id, result.problems]] : [];
    }),
  );
};

const storeBulkVariants = async (drafts: readonly BulkVariant[], how: How, context: Deps): Promise<Refused> => {
  const refused = new Map(await storeEach(drafts, { ...variants, store: storeVariants }, how, context));
  if (!how.isRepeat || how.action !== 'create') return refused;
  // A run that was killed could not take back a variant whose item was deleted meanwhile.
  const stored = drafts.filter(({ id }) => !refused.has(id));
  const existing = await items.findMany(
    stored.flatMap(({ item }) => item ?? []),
    context,
  );
  const orphans = stored.filter(({ item }) => item != null && !existing.has(item));
  await deleteEach(orphans, (id) => deleteVariant(id, context));
  for (const { id, item } of orphans) refused.set(id, [{ ...absenceOf('catalog item', item ?? ''), field: 'item' }]);
  return refused;
};

/** Categories first, then their items. An unknown item refuses its category. */
const storeBulkCategories = async (drafts: readonly BulkCategory[], how: How, context: Deps): Promise<Refused> => {
  const own = await findOwn(drafts, categories, how, context);
  const refused = new Map(
    await findUnknownItems(
      drafts.filter(({ id }) => !own.has(id)),
      context,
    ),
  );
  const known = drafts.filter(({ id }) => !refused.has(id));
  const storing = { ...categories, store: storeCategories };
  for (const [id, problems] of await storeEach(known, storing, how, context)) refused.set(id, problems);
  for (const { id, items: itemIds } of known) {
    if (!itemIds || refused.has(id)) continue;
    if (how.action === 'create') await addItems(id, itemIds, context);
    else {
      const detail = await replaceUnlessMany(id, itemIds, context);
      if (detail !== undefined) refused.set(id, [{ code: 'invalid', field: 'items', detail }]);
    }
  }
  return refused;
};

const findUnknownItems = async (drafts: readonly BulkCategory[], context: Deps): Promise<Refused> => {
  const existing = await items.findMany(
    drafts.flatMap((draft) => draft.items ?? []),
    context,
  );
  return new Map(
    drafts.flatMap((draft): (readonly [string, Problems])[] => {
      const problems = (draft.items ?? []).flatMap((id, index): DraftProblem[] =>
        existing.has(id) ? [] : [{ ...absenceOf('catalog item', id), field: 'items', index }],
      );
      return problems.length > 0 ? [[draft.id, problems]] : [];
    }),
  );
};

/** What is wrong, if the category has too many items to replace. */
const replaceUnlessMany = async (
  id: string,
  itemIds: readonly string[],
  context: Deps,
): Promise<string | undefined> => {
  try {
    await replaceItems(id, itemIds, context);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'invalid') throw error;
    return error.problems[0]?.detail ?? '';
  }
};
