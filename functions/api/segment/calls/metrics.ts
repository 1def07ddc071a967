import type { Account } from '../../../model/account.ts';

/**
 * Events of Segment's e-commerce specification, and the metrics that segments and product feeds know. The account
 * setting `segmentMetrics` adds to them and overrides them.
 */
export const defaultMetrics: Readonly<Record<string, string>> = {
  'Order Completed': 'Placed Order',
  'Order Fulfilled': 'Fulfilled Order',
  'Order Cancelled': 'Cancelled Order',
  'Order Refunded': 'Refunded Order',
  'Checkout Started': 'Started Checkout',
  'Product Viewed': 'Viewed Product',
  'Product Added': 'Added to Cart',
  'Product Removed': 'Removed from Cart',
  'Product List Viewed': 'Viewed Collection',
  'Products Searched': 'Searched Site',
  'Cart Viewed': 'Viewed Cart',
};

const comparable = (name: string): string => name.trim().toLowerCase();

const metricByEvent = new Map(Object.entries(defaultMetrics).map(([event, metric]) => [comparable(event), metric]));

/** The metric of an event, whatever the case of its name. An unknown event is a metric of its own. */
export const metricNameOf = (event: string, { segmentMetrics = {} }: Pick<Account, 'segmentMetrics'>): string => {
  const name = comparable(event);
  const own = Object.entries(segmentMetrics).find(([key]) => comparable(key) === name);
  return own?.[1] ?? metricByEvent.get(name) ?? event;
};
