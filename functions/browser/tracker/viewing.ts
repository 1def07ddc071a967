import type { Made } from './calls.ts';
import { addViewedItem, type ViewedItem, viewedItems, viewedProduct } from './page/viewed.ts';
import type { Tracker } from './tracker.ts';

export const VIEWED_PRODUCT = 'Viewed Product';
/** A shop that calls both methods does so in one go. */
const WAIT_MS = 300;

/** `Viewed Product`, once per view, whether the shop calls `track`, `trackViewedItem` or both. */
export const openViewing = ({ track, local }: Pick<Tracker, 'track' | 'local'>) => {
  const tracked = new Set<unknown>();
  const waiting = new Map<unknown, ViewedItem>();

  const trackProduct = (properties: ViewedItem, made?: Made): Promise<boolean> => {
    const { ProductID } = properties;
    tracked.add(ProductID);
    waiting.delete(ProductID);
    return track(VIEWED_PRODUCT, { ...properties, RecentlyViewedItems: viewedItems(local, Date.now()) }, made);
  };
  const finish = (): void => {
    // Where the shop named no product, it was one of these.
    if (tracked.has(undefined)) waiting.clear();
    for (const item of waiting.values()) void trackProduct(viewedProduct(item));
  };

  return {
    trackProduct,
    /** Sends what still waits for a `track`: the page ends. */
    finish,
    /** Another page is shown: its views count again. */
    reset: (): void => {
      finish();
      tracked.clear();
    },
    trackViewedItem: (item: ViewedItem): boolean => {
      addViewedItem(local, item, Date.now());
      if (!tracked.has(item.ItemId)) waiting.set(item.ItemId, item);
      setTimeout(finish, WAIT_MS);
      return true;
    },
  };
};

export type Viewing = ReturnType<typeof openViewing>;
