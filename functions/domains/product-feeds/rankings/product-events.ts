import type { Properties } from '../../../model/properties.ts';
import { isRecord } from '../../../platform/json/is-record.ts';

/** The names of the metrics of events that name products, as e-commerce platforms and our integrations send them. */
export const VIEWED_PRODUCT = 'Viewed Product';
/** An order, with its products in `Items`. */
export const PLACED_ORDER = 'Placed Order';
/** One product of an order. Shops send it besides the order, or instead of it. */
export const ORDERED_PRODUCT = 'Ordered Product';

/** The `ProductID` of an event, or of each of its `Items`: external ids of items. */
export const productIds = (properties: Properties): string[] => {
  const { Items } = properties;
  const products: readonly unknown[] = [properties, ...(Array.isArray(Items) ? Items : [])];
  return products.flatMap((product) => {
    const id = isRecord(product) ? product.ProductID : undefined;
    return id === undefined || id === null || id === '' ? [] : [String(id)];
  });
};
