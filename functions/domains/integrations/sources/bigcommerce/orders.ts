import { type Item, orderProperties } from '../../../../model/commerce.ts';
import type { Properties } from '../../../../model/properties.ts';
import { present } from '../../source/fields.ts';
import type { HookEvent } from '../../source/source.ts';
import type { Order, Product, Refund } from './payloads.ts';
import { buyerOf } from './people.ts';

/** An order with what its own answer leaves out. */
export interface WholeOrder {
  readonly order: Order;
  readonly products: readonly Product[];
  readonly refunds: readonly Refund[];
}

const itemOf = ({ product_id, variant_id, sku, name, brand, quantity, price_inc_tax, total_inc_tax }: Product): Item =>
  present({
    ProductID: product_id,
    VariantID: variant_id,
    SKU: sku,
    ProductName: name,
    Brand: brand,
    Quantity: quantity,
    ItemPrice: price_inc_tax,
    RowTotal: total_inc_tax,
  });

const propertiesOf = ({ order, products }: WholeOrder): Properties => ({
  ...orderProperties(order.id, products.map(itemOf)),
  ...present({
    Status: order.status,
    Tax: order.total_tax,
    Discount: order.discount_amount,
    Shipping: order.shipping_cost_inc_tax,
    PaymentMethod: order.payment_method,
  }),
});

interface Occurrence {
  readonly metric: string;
  readonly time: Date | undefined;
}

const orderEvent = (whole: WholeOrder, { metric, time }: Occurrence, idPrefix: string): HookEvent => {
  const { order } = whole;
  return {
    metric,
    id: `${idPrefix}${order.id}`,
    person: buyerOf(order),
    order: order.id,
    ...(time ? { time } : { time: order.date_modified, isTimeApproximate: true }),
    properties: propertiesOf(whole),
    ...(typeof order.total_inc_tax === 'number' && { value: order.total_inc_tax }),
    ...(order.currency_code && { currency: order.currency_code }),
  };
};

/** The statuses of the API. Incomplete and pending: the buyer has not completed the checkout. */
const UNPAID: ReadonlySet<number> = new Set([0, 1]);
const SHIPPED = 2;
const REFUNDED = 4;
const CANCELLED = 5;
const DECLINED = 6;
const COMPLETED = 10;

/** The events of an order in its present state. Its earlier events are stored already. */
export const eventsOf = (whole: WholeOrder, idPrefix: string): HookEvent[] => {
  const { status_id: status, date_created: created, date_shipped: shipped } = whole.order;
  if (UNPAID.has(status))
    return [{ ...orderEvent(whole, { metric: 'Started Checkout', time: created }, idPrefix), mayBeAnonymous: true }];
  if (status === DECLINED) return [];
  if (status === CANCELLED) return [orderEvent(whole, { metric: 'Cancelled Order', time: undefined }, idPrefix)];
  return [
    orderEvent(whole, { metric: 'Placed Order', time: created }, idPrefix),
    ...whole.products.map((product) => productEvent(whole, product, idPrefix)),
    ...(status === SHIPPED || status === COMPLETED
      ? [orderEvent(whole, { metric: 'Fulfilled Order', time: shipped }, idPrefix)]
      : []),
    ...refundEvents(whole, idPrefix),
  ];
};

const productEvent = (whole: WholeOrder, product: Product, idPrefix: string): HookEvent => {
  const { order } = whole;
  const { value: _, ...event } = orderEvent(whole, { metric: 'Ordered Product', time: order.date_created }, idPrefix);
  return {
    ...event,
    id: `${idPrefix}${order.id}:${product.id}`,
    properties: { OrderId: order.id, ...itemOf(product) },
    ...(typeof product.total_inc_tax === 'number' && { value: product.total_inc_tax }),
  };
};

/** Each refund; or the order as a whole, where its status was set by hand. */
const refundEvents = (whole: WholeOrder, idPrefix: string): HookEvent[] => {
  const { order, refunds } = whole;
  const isByHand = refunds.length === 0 && order.status_id === REFUNDED;
  if (isByHand) return [orderEvent(whole, { metric: 'Refunded Order', time: undefined }, idPrefix)];
  return refunds.map(({ id, created, reason, total_amount }) => ({
    ...orderEvent(whole, { metric: 'Refunded Order', time: created ?? undefined }, idPrefix),
    id: `${idPrefix}${order.id}:${id}`,
    // Only what does not change later.
    properties: { OrderId: order.id, RefundId: id, ...present({ Reason: reason }) },
    value: total_amount,
  }));
};
