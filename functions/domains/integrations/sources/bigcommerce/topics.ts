import { defineTopic, withoutEffect } from '../../source/define-topic.ts';
import type { MapContext, Mapped, Topic } from '../../source/source.ts';
import { openApi } from './api.ts';
import { cartEvents } from './carts.ts';
import { eventsOf } from './orders.ts';
import { Delivery } from './payloads.ts';
import {
  buyerConsents,
  buyerState,
  customerState,
  subscriberConsent,
  subscriberId,
  subscriberState,
} from './people.ts';
import { productOf } from './products.ts';
import * as read from './read.ts';

type Map = (delivery: Delivery, context: MapContext) => Promise<Mapped>;
const topic = (map: Map): Topic => defineTopic(Delivery, map);

/** Every topic of an order leads to its whole present state. */
const orderTopic = (idOf: (data: Delivery['data']) => string | undefined): Topic =>
  topic(async (delivery, context) => {
    const whole = await read.readOrder(await openApi(delivery, context), idOf(delivery.data) ?? '');
    return {
      people: [buyerState(whole.order)],
      events: eventsOf(whole, context.idPrefix),
      consents: buyerConsents(whole.order),
    };
  });

const customerTopic = (idOf: (data: Delivery['data']) => string | undefined): Topic =>
  topic(async (delivery, context) => {
    const customer = await read.readCustomer(await openApi(delivery, context), idOf(delivery.data) ?? '');
    return { people: [customerState(customer)] };
  });

const subscriberTopic = topic(async (delivery, context) => {
  const subscriber = await read.readSubscriber(await openApi(delivery, context), delivery.data.id ?? '');
  return { people: [subscriberState(subscriber)], consents: [subscriberConsent(subscriber)] };
});

/** The store deletes a subscriber who leaves the newsletter. */
const unsubscribed = topic(async ({ data: { id = '' }, created_at }) => ({
  consents: [
    {
      person: { customerId: subscriberId(id) },
      channel: 'email',
      to: 'UNSUBSCRIBED',
      at: new Date(created_at * 1_000),
    },
  ],
}));

const cartTopic = (metric: 'Added to Cart' | 'Abandoned Cart'): Topic =>
  topic(async (delivery, context) => {
    const { id = '', cartId = id } = delivery.data;
    const cart = await read.readCart(await openApi(delivery, context), cartId);
    // It became an order, or was emptied, meanwhile.
    return cart ? { events: cartEvents(cart, metric) } : {};
  });

const productTopic = (idOf: (data: Delivery['data']) => string | undefined): Topic =>
  topic(async (delivery, context) => {
    const id = idOf(delivery.data) ?? '';
    const whole = await read.readProduct(await openApi(delivery, context), id);
    return { products: [productOf(whole, context.idPrefix)] };
  });

const deletedProduct = topic(async ({ data: { id = '' }, created_at }, { idPrefix }) => ({
  products: [{ id: `${idPrefix}${id}`, at: new Date(created_at * 1_000), isDeleted: true }],
}));

const order = orderTopic(({ id }) => id);
const shipment = orderTopic(({ orderId }) => orderId);
const transaction = orderTopic(({ order_id }) => order_id);
const product = productTopic(({ id }) => id);
const productOfSku = productTopic(({ sku }) => sku?.product_id);
const customer = customerTopic(({ id }) => id);
const customerAddress = customerTopic(({ address }) => address?.customer_id);

export const topics: Readonly<Record<string, Topic>> = {
  'store/order/created': order,
  'store/order/updated': order,
  'store/order/statusUpdated': order,
  'store/order/refund/created': order,
  'store/order/transaction/created': transaction,
  'store/order/transaction/updated': transaction,
  'store/shipment/created': shipment,
  'store/shipment/updated': shipment,
  /** The shop puts an order away: it was placed. */
  'store/order/archived': withoutEffect,
  'store/order/message/created': withoutEffect,
  'store/shipment/deleted': withoutEffect,
  'store/product/created': product,
  'store/product/updated': product,
  'store/product/inventory/updated': product,
  'store/product/inventory/order/updated': product,
  'store/product/deleted': deletedProduct,
  'store/sku/created': productOfSku,
  'store/sku/updated': productOfSku,
  'store/sku/deleted': productOfSku,
  'store/sku/inventory/updated': productOfSku,
  'store/sku/inventory/order/updated': productOfSku,
  'store/customer/created': customer,
  'store/customer/updated': customer,
  'store/customer/address/created': customerAddress,
  'store/customer/address/updated': customerAddress,
  'store/customer/address/deleted': customerAddress,
  /** A deleted account is no request for an erasure. */
  'store/customer/deleted': withoutEffect,
  'store/subscriber/created': subscriberTopic,
  'store/subscriber/updated': subscriberTopic,
  'store/subscriber/deleted': unsubscribed,
  'store/cart/created': cartTopic('Added to Cart'),
  'store/cart/updated': cartTopic('Added to Cart'),
  'store/cart/lineItem/created': cartTopic('Added to Cart'),
  'store/cart/abandoned': cartTopic('Abandoned Cart'),
  'store/cart/lineItem/updated': withoutEffect,
  'store/cart/lineItem/deleted': withoutEffect,
  'store/cart/couponApplied': withoutEffect,
  'store/cart/deleted': withoutEffect,
  'store/cart/converted': withoutEffect,
};
