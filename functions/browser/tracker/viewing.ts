import type { Tracker } from './tracker.ts';
import { addViewedItem, type ViewedItem, viewedItems, viewedProduct } from './viewed.ts';

export const VIEWED_PRODUCT = 'Viewed Product';
/** A shop that calls both methods does so in one go. */
const WAIT_MS = 300;

const idOf = ({ ProductID, ItemId }: ViewedItem): string => String(ProductID ?? ItemId ?? '');

/** `Viewed Product`, once per view, whether the shop calls `track`, `trackViewedItem` or both. */
export const openViewing = ({ track, local }: Pick<Tracker, 'track' | 'local'>) => {
  let tracked = new Set<string>();
  let waiting: ViewedItem[] = [];

  const trackProduct = (properties: ViewedItem): Promise<boolean> => {
    tracked.add(idOf(properties));
    return track(VIEWED_PRODUCT, { ...properties, RecentlyViewedItems: viewedItems(local, Date.now()) });
  };
  const finish = (): void => {
    const items = waiting;
    waiting = [];
    for (const item of items) if (!tracked.has(idOf(item)) && !tracked.has('')) void trackProduct(viewedProduct(item));
  };

  return {
    trackProduct,
    /** Sends what still waits for a `track`: the page ends. */
    finish,
    /** Another page is shown: its views count again. */
    reset: (): void => {
      finish();
      tracked = new Set();
    },
    trackViewedItem: (item: ViewedItem): boolean => {
      addViewedItem(local, item, Date.now());
      waiting.push(item);
      setTimeout(finish, WAIT_MS);
      return true;
    },
  };
};

export type Viewing = ReturnType<typeof openViewing>;
