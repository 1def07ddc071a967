import { type Item, orderProperties } from '../../../../model/commerce.ts';
import type { Properties } from '../../../../model/properties.ts';
import { present } from '../../source/fields.ts';
import type { HookEvent } from '../../source/source.ts';
import type { LineItem, Order } from './payloads.ts';
import { buyerOf } from './people.ts';

const itemOf = ({ name, product_id, variation_id, quantity, total, sku, price, image }: LineItem): Item =>
  present({
    ProductID: product_id,
    ...(variation_id !== '0' && { VariantID: variation_id }),
    SKU: sku,
    ProductName: name,
    Quantity: quantity,
    ItemPrice: price,
    RowTotal: total,
    ImageURL: image?.src,
  });

const propertiesOf = (order: Order): Properties => ({
  ...orderProperties(order.id, order.line_items.map(itemOf)),
  ...present({
    OrderName: order.number,
    Status: order.status,
    Tax: order.total_tax,
    Discount: order.discount_total,
    Shipping: order.shipping_total,
    PaymentMethod: order.payment_method_title,
  }),
  ...(order.coupon_lines.length > 0 && { DiscountCodes: order.coupon_lines.flatMap(({ code }) => code ?? []) }),
});

interface Occurrence {
  readonly metric: string;
  readonly time: Date | undefined;
}

const orderEvent = (order: Order, { metric, time }: Occurrence, idPrefix: string): HookEvent => ({
  metric,
  id: `${idPrefix}${order.id}`,
  person: buyerOf(order),
  order: order.id,
  ...(time ? { time } : { time: order.date_modified_gmt, isTimeApproximate: true }),
  properties: propertiesOf(order),
  ...(typeof order.total === 'number' && { value: order.total }),
  ...(order.currency && { currency: order.currency }),
});

/** Orders that were paid, or will be on delivery or by transfer. */
const PLACED: ReadonlySet<string> = new Set(['processing', 'on-hold', 'completed', 'refunded']);
const UNPAID: ReadonlySet<string> = new Set(['pending', 'checkout-draft']);

/**
 * The events of an order in its present state. Every delivery has the whole order, and its earlier events are stored
 * already.
 */
export const eventsOf = (order: Order, idPrefix: string): HookEvent[] => {
  const { status, date_created_gmt: created, date_completed_gmt: completed } = order;
  const occurrences: Occurrence[] = [
    ...(UNPAID.has(status) ? [{ metric: 'Started Checkout', time: created }] : []),
    ...(PLACED.has(status) ? [{ metric: 'Placed Order', time: created }] : []),
    ...(status === 'completed' ? [{ metric: 'Fulfilled Order', time: completed }] : []),
    ...(status === 'cancelled' ? [{ metric: 'Cancelled Order', time: undefined }] : []),
  ];
  return [
    ...occurrences.map((one) => ({
      ...orderEvent(order, one, idPrefix),
      mayBeAnonymous: one.metric === 'Started Checkout',
    })),
    ...order.refunds.map((refund): HookEvent => {
      const event = orderEvent(order, { metric: 'Refunded Order', time: undefined }, idPrefix);
      return {
        ...event,
        id: `${idPrefix}${refund.id}`,
        // Only what does not change later: the order may be changed after its refund.
        properties: { OrderId: order.id, RefundId: refund.id, ...present({ Reason: refund.reason }) },
        // WooCommerce writes it as a negative amount.
        value: Math.abs(refund.total),
      };
    }),
  ];
};
