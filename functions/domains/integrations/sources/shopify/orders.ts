import { type Item, orderProperties, roundedAmount } from '../../../../model/commerce.ts';
import type { Properties } from '../../../../model/properties.ts';
import { present } from '../../source/fields.ts';
import type { HookEvent } from '../../source/source.ts';
import type { Checkout, Fulfillment, LineItem, Order, Refund } from './payloads.ts';
import { buyerOf } from './people.ts';

const itemOf = ({ product_id, variant_id, title, variant_title, sku, vendor, quantity, price }: LineItem): Item => ({
  ...present({
    ProductID: product_id,
    VariantID: variant_id,
    SKU: sku,
    ProductName: title,
    Variant: variant_title,
    Brand: vendor,
    Quantity: quantity,
    ItemPrice: price,
  }),
  ...(typeof price === 'number' && { RowTotal: roundedAmount(price * (quantity ?? 1)) }),
});

const codesOf = (codes: Order['discount_codes']): readonly string[] => codes.flatMap(({ code }) => code ?? []);

const propertiesOf = (order: Order): Properties => ({
  ...orderProperties(order.id, order.line_items.map(itemOf)),
  ...present({
    OrderName: order.name,
    Subtotal: order.subtotal_price,
    Tax: order.total_tax,
    Discount: order.total_discounts,
    FinancialStatus: order.financial_status,
    FulfillmentStatus: order.fulfillment_status,
    SourceName: order.source_name,
    OrderStatusURL: order.order_status_url,
  }),
  ...(order.discount_codes.length > 0 && { DiscountCodes: codesOf(order.discount_codes) }),
  ...(order.test === true && { IsTest: true }),
});

const orderEvent = (order: Order, metric: string, time: Date | null | undefined): HookEvent => ({
  metric,
  id: order.id,
  person: buyerOf(order),
  order: order.id,
  ...(time && { time }),
  properties: propertiesOf(order),
  ...(typeof order.total_price === 'number' && { value: order.total_price }),
  ...(order.currency && { currency: order.currency }),
});

export const placedOrder = (order: Order): HookEvent =>
  orderEvent(order, 'Placed Order', order.processed_at ?? order.created_at);

export const cancelledOrder = (order: Order): HookEvent => {
  const event = orderEvent(order, 'Cancelled Order', order.cancelled_at ?? order.updated_at);
  return { ...event, properties: { ...event.properties, ...present({ Reason: order.cancel_reason }) } };
};

export const fulfilledOrder = (order: Order): HookEvent =>
  orderEvent(order, 'Fulfilled Order', order.fulfillments.at(-1)?.created_at ?? order.updated_at);

export const refundedOrder = (refund: Refund): HookEvent => {
  const paid = refund.transactions.filter(
    ({ kind, status }) => kind === 'refund' && (status ?? 'success') === 'success',
  );
  const value = roundedAmount(paid.reduce((sum, { amount }) => sum + (amount ?? 0), 0));
  const items = refund.refund_line_items.flatMap(({ quantity, line_item: item }) =>
    item ? [itemOf({ ...item, quantity: quantity ?? item.quantity })] : [],
  );
  const currency = paid[0]?.currency;
  return {
    metric: 'Refunded Order',
    id: refund.id,
    person: { order: refund.order_id },
    time: refund.created_at,
    properties: {
      ...orderProperties(refund.order_id, items),
      RefundId: refund.id,
      ...present({ Reason: refund.note }),
    },
    value,
    ...(currency && { currency }),
  };
};

/** The metrics of the states of a shipment. */
const shipmentMetrics: Readonly<Record<string, string>> = {
  out_for_delivery: 'Out for Delivery',
  delivered: 'Delivered Shipment',
};

const shipmentEvent = (fulfillment: Fulfillment, metric: string, time: Date): HookEvent => ({
  metric,
  id: fulfillment.id,
  person: { order: fulfillment.order_id },
  time,
  properties: {
    ...orderProperties(fulfillment.order_id, fulfillment.line_items.map(itemOf)),
    FulfillmentId: fulfillment.id,
    ...present({
      TrackingCompany: fulfillment.tracking_company,
      TrackingNumber: fulfillment.tracking_number,
      TrackingURL: fulfillment.tracking_url,
    }),
  },
});

export const confirmedShipment = (fulfillment: Fulfillment): HookEvent =>
  shipmentEvent(fulfillment, 'Confirmed Shipment', fulfillment.created_at);

/** The state of a shipment that a change has brought, if it means anything to the buyer. */
export const shipmentProgress = (fulfillment: Fulfillment): HookEvent[] => {
  const metric = shipmentMetrics[fulfillment.shipment_status ?? ''];
  const time = fulfillment.updated_at ?? fulfillment.created_at;
  return metric === undefined ? [] : [{ ...shipmentEvent(fulfillment, metric, time), isTimeApproximate: true }];
};

export const startedCheckout = (checkout: Checkout): HookEvent => ({
  metric: 'Started Checkout',
  id: checkout.token,
  person: buyerOf(checkout),
  time: checkout.created_at,
  properties: {
    ...orderProperties(checkout.token, checkout.line_items.map(itemOf)),
    ...present({ CheckoutURL: checkout.abandoned_checkout_url }),
    ...(checkout.discount_codes.length > 0 && { DiscountCodes: codesOf(checkout.discount_codes) }),
  },
  ...(typeof checkout.total_price === 'number' && { value: checkout.total_price }),
  ...(checkout.currency && { currency: checkout.currency }),
  mayBeAnonymous: true,
});
