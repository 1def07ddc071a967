import { defineTopic, withoutEffect } from '../../source/define-topic.ts';
import type { Mapped, Topic } from '../../source/source.ts';
import { eventsOf } from './orders.ts';
import { Customer, Order } from './payloads.ts';
import { buyerState, customerState } from './people.ts';
import { deletedProductTopic, productTopic } from './products.ts';

const orderTopic = defineTopic(
  Order,
  (order, { idPrefix }): Mapped => ({
    people: [buyerState(order)],
    events: eventsOf(order, idPrefix),
  }),
);

const customerTopic = defineTopic(Customer, (customer): Mapped => ({ people: [customerState(customer)] }));

export const topics: Readonly<Record<string, Topic>> = {
  'order.created': orderTopic,
  'order.updated': orderTopic,
  'order.restored': orderTopic,
  /** Only the shop's copy is deleted: the order was placed. */
  'order.deleted': withoutEffect,
  'customer.created': customerTopic,
  'customer.updated': customerTopic,
  /** A deleted account is no request for an erasure. */
  'customer.deleted': withoutEffect,
  'product.created': productTopic,
  'product.updated': productTopic,
  'product.restored': productTopic,
  'product.deleted': deletedProductTopic,
};
