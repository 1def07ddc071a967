import { ApiError } from '../../platform/errors.ts';
import type { Context } from '../accounts/context.ts';
import { listItemsOfCategory } from './listing.ts';
import { storeItems } from './write/items.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'settings'>;

const PAGE = 500;
/** The most items of a category whose whole list one request replaces. */
const MAX_REPLACED = 5_000;

/** Adds existing items to a category. */
export const addItems = (category: string, ids: readonly string[], context: Deps) =>
  storeItems(
    ids.map((id) => ({ id, addedCategories: [category] })),
    { mode: 'update' },
    context,
  );

export const removeItems = (category: string, ids: readonly string[], context: Deps) =>
  storeItems(
    ids.map((id) => ({ id, removedCategories: [category] })),
    { mode: 'update' },
    context,
  );

/** Replaces all items of a category. */
export const replaceItems = async (category: string, ids: readonly string[], context: Deps): Promise<void> => {
  const current = await readItemIds(category, context);
  const wanted = new Set(ids);
  await removeItems(
    category,
    current.filter((id) => !wanted.has(id)),
    context,
  );
  await addItems(category, ids, context);
};

const readItemIds = async (category: string, context: Deps): Promise<string[]> => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const request = { size: PAGE, descending: false, ...(cursor !== undefined && { cursor }) };
    const { items, next } = await listItemsOfCategory(category, request, context);
    ids.push(...items.map(({ value }) => value.id));
    cursor = next;
  } while (cursor !== undefined && ids.length <= MAX_REPLACED);
  if (cursor === undefined) return ids;
  throw new ApiError('invalid', {
    detail: `The category has more than ${MAX_REPLACED} items. Add and remove items instead of replacing all of them.`,
    source: { pointer: '/data' },
  });
};
