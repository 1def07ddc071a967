import { absenceOf } from '../records/absence.ts';
import { categories } from '../records/read.ts';
import type { CatalogItem } from '../records/records.ts';
import { catalogItems, categoryItems, itemVersions } from '../records/store.ts';
import { itemContent, missingFields, productValues } from './content.ts';
import type { DraftProblem, ItemDraft, StoreMode, StoreResult } from './draft.ts';
import type { Kind, Planned, StoreDeps } from './kind.ts';
import { storeDrafts } from './store-drafts.ts';
import { versionsIn } from './versions.ts';

/** A transaction has at most 100 writes. */
const MAX_EDGES = 90;

const itemKind: Kind<CatalogItem, ItemDraft> = {
  noun: 'catalog item',
  entity: catalogItems,
  content: itemContent,
  create: (draft, base) => {
    const { title, description, url } = draft;
    if (title == null || description == null || url == null)
      return missingFields(draft, ['title', 'description', 'url']);
    const categories = [...categoriesWanted(draft, [])];
    return {
      ...base,
      ...productValues(draft, { title, description, url }),
      ...(categories.length > 0 && { categories }),
    };
  },
  change: (before, draft) => {
    const { categories, ...rest } = before;
    const next = categoriesAfter(categories, draft);
    return { ...rest, ...productValues(draft, before), ...(next.length > 0 && { categories: next }) };
  },
  isLeaving: ({ deletedAt }) => deletedAt !== undefined,
  findMissing: findMissingCategories,
  edges: {
    entity: categoryItems,
    of: ({ account, id, created, categories = [] }) => categories.map((of) => ({ account, of, id, created })),
  },
  versions: versionsIn(itemVersions, ({ categories: _, ...item }, expiresAt) => ({ ...item, expiresAt })),
};

const categoriesWanted = (
  { categories, addedCategories = [], removedCategories = [] }: ItemDraft,
  before: readonly string[],
): ReadonlySet<string> => {
  const removed = new Set(removedCategories);
  return new Set([...(categories ?? before), ...addedCategories].filter((id) => !removed.has(id)));
};

/** Applies a change of categories, or as much of it as one transaction can. */
const categoriesAfter = (before: readonly string[] = [], draft: ItemDraft): string[] => {
  const wanted = categoriesWanted(draft, before);
  const current = new Set(before);
  const left = before.filter((id) => !wanted.has(id));
  const added = [...wanted].filter((id) => !current.has(id));
  const leaving = new Set(left.slice(0, MAX_EDGES));
  return [...before.filter((id) => !leaving.has(id)), ...added.slice(0, MAX_EDGES - leaving.size)];
};

/** The categories that a draft names, with their places in it. */
const referencesIn = ({ categories, addedCategories }: ItemDraft) => [
  ...(categories ?? []).map((id, index) => ({ id, index, field: 'categories' })),
  ...(addedCategories ?? []).map((id, index) => ({ id, index, field: 'addedCategories' })),
];

async function findMissingCategories(
  planned: readonly Planned<CatalogItem, ItemDraft>[],
  deps: StoreDeps,
): Promise<ReadonlyMap<ItemDraft, readonly DraftProblem[]>> {
  const named = planned.map(({ draft, before }) => {
    const known = new Set(before?.categories);
    return { draft, references: referencesIn(draft).filter(({ id }) => !known.has(id)) };
  });
  const existing = await categories.findMany(
    named.flatMap(({ references }) => references.map(({ id }) => id)),
    deps,
  );
  return new Map(
    named.map(({ draft, references }) => [
      draft,
      references
        .filter(({ id }) => !existing.has(id))
        .map(({ id, ...place }): DraftProblem => ({ ...place, ...absenceOf('catalog category', id) })),
    ]),
  );
}

/** Stores items, each independently. What is stored already costs no write. */
export const storeItems = (
  drafts: readonly ItemDraft[],
  options: { readonly mode: StoreMode },
  deps: StoreDeps,
): Promise<StoreResult<CatalogItem>[]> => storeDrafts(itemKind, drafts, options, deps);
