import type { CatalogCategory } from '../records/records.ts';
import { catalogCategories } from '../records/store.ts';
import { missingFields } from './content.ts';
import type { CategoryDraft, StoreMode, StoreResult } from './draft.ts';
import type { Kind, StoreDeps } from './kind.ts';
import { storeDrafts } from './store-drafts.ts';

const categoryKind: Kind<CatalogCategory, CategoryDraft> = {
  noun: 'catalog category',
  entity: catalogCategories,
  content: ['name'],
  create: (draft, base) => (draft.name == null ? missingFields(draft, ['name']) : { ...base, name: draft.name }),
  change: (before, { name }) => ({ ...before, name: name ?? before.name }),
  isLeaving: ({ deletedAt }) => deletedAt !== undefined,
};

/** Stores categories, each independently. What is stored already costs no write. */
export const storeCategories = (
  drafts: readonly CategoryDraft[],
  options: { readonly mode: StoreMode },
  deps: StoreDeps,
): Promise<StoreResult<CatalogCategory>[]> => storeDrafts(categoryKind, drafts, options, deps);
