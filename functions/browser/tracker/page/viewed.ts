import { parseJson } from '../../shared/attempt.ts';
import type { Store } from '../../shared/store.ts';

const MAX_ITEMS = 20;
const MAX_AGE_MS = 30 * 86_400_000;
const KEY = 'v';

export interface ViewedItem {
  readonly [name: string]: unknown;
}

type Item = ViewedItem & { readonly ViewedAt: number };

/** The recently viewed items, the newest first. They are forgotten when the newest is older than 30 days. */
export const viewedItems = (store: Store, now: number): Item[] => {
  const items = parseJson<Item[]>(store.get(KEY), []);
  return now - (items[0]?.ViewedAt ?? 0) < MAX_AGE_MS ? items : [];
};

export const addViewedItem = (store: Store, item: ViewedItem, now: number): void => {
  const others = viewedItems(store, now).filter(({ ItemId }) => ItemId !== item.ItemId);
  store.set(KEY, JSON.stringify([{ ...item, ViewedAt: now }, ...others].slice(0, MAX_ITEMS)));
};

/** An item as the properties of `Viewed Product`. */
export const viewedProduct = ({ Title, ItemId, Categories, ImageUrl, Url, Metadata }: ViewedItem): ViewedItem => ({
  ProductName: Title,
  ProductID: ItemId,
  Categories,
  ImageURL: ImageUrl,
  URL: Url,
  ...(typeof Metadata === 'object' ? Metadata : {}),
});
