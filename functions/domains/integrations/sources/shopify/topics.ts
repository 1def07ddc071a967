import * as v from 'valibot';
import { defineTopic, withoutEffect } from '../../source/define-topic.ts';
import { optionalId, optionalText } from '../../source/fields.ts';
import type { HookEvent, Mapped, Topic } from '../../source/source.ts';
import {
  cancelledOrder,
  confirmedShipment,
  fulfilledOrder,
  placedOrder,
  refundedOrder,
  shipmentProgress,
  startedCheckout,
} from './orders.ts';
import { Checkout, Customer, Fulfillment, MarketingConsent, Order, Refund } from './payloads.ts';
import { buyerState, consentOf, consentsOf, customerState } from './people.ts';
import { deletedProductTopic, productTopic } from './products.ts';

const orderTopic = (eventsOf: (order: Order) => readonly HookEvent[]): Topic =>
  defineTopic(
    Order,
    (order): Mapped => ({
      people: [buyerState(order)],
      events: eventsOf(order),
      consents: order.customer ? consentsOf(order.customer) : [],
    }),
  );

const customerTopic = defineTopic(
  Customer,
  (customer): Mapped => ({
    people: [customerState(customer)],
    consents: consentsOf(customer),
  }),
);

const checkoutTopic = defineTopic(Checkout, (checkout): Mapped => ({ events: [startedCheckout(checkout)] }));

/** The payloads of consent topics name the customer in two ways. */
const ConsentPayload = v.object({
  id: optionalId,
  customer_id: optionalId,
  email: optionalText,
  email_address: optionalText,
  phone: optionalText,
  phone_number: optionalText,
  email_marketing_consent: v.nullish(MarketingConsent),
  sms_marketing_consent: v.nullish(MarketingConsent),
});

const consentTopic = defineTopic(ConsentPayload, (payload): Mapped => {
  const person = {
    email: payload.email ?? payload.email_address,
    phone: payload.phone ?? payload.phone_number,
    customerId: payload.customer_id ?? payload.id ?? undefined,
  };
  return {
    consents: [
      ...consentOf('email', payload.email_marketing_consent, person),
      ...consentOf('sms', payload.sms_marketing_consent, person),
    ],
  };
});

export const topics: Readonly<Record<string, Topic>> = {
  'orders/create': orderTopic((order) => [placedOrder(order)]),
  /** Has all refunds, with the buyer. They are the same events as those of `refunds/create`. */
  'orders/updated': orderTopic((order) => [
    placedOrder(order),
    ...order.refunds.map((refund) => ({ ...refundedOrder(refund), person: placedOrder(order).person })),
  ]),
  'orders/paid': withoutEffect,
  'orders/fulfilled': orderTopic((order) => [fulfilledOrder(order)]),
  'orders/partially_fulfilled': withoutEffect,
  'orders/cancelled': orderTopic((order) => [cancelledOrder(order)]),
  'refunds/create': defineTopic(Refund, (refund): Mapped => ({ events: [refundedOrder(refund)] })),
  'fulfillments/create': defineTopic(Fulfillment, (one): Mapped => ({ events: [confirmedShipment(one)] })),
  'fulfillments/update': defineTopic(Fulfillment, (one): Mapped => ({ events: shipmentProgress(one) })),
  'checkouts/create': checkoutTopic,
  'checkouts/update': checkoutTopic,
  'checkouts/delete': withoutEffect,
  'customers/create': customerTopic,
  'customers/update': customerTopic,
  'customers/enable': customerTopic,
  'customers/disable': customerTopic,
  /** A customer who is deleted in the shop has not requested an erasure. */
  'customers/delete': withoutEffect,
  'products/create': productTopic,
  'products/update': productTopic,
  'products/delete': deletedProductTopic,
  'customers_email_marketing_consent/update': consentTopic,
  'customers_marketing_consent/update': consentTopic,
};
