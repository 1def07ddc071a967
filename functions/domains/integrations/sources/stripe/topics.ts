import type * as v from 'valibot';
import { defineTopic, withoutEffect } from '../../source/define-topic.ts';
import { present } from '../../source/fields.ts';
import type { HookEvent, HookPerson, HookPersonState, Mapped, Topic } from '../../source/source.ts';
import { moneyOf } from './money.ts';
import { type Address, Charge, Customer, eventOf, Subscription } from './payloads.ts';

const payerOf = ({ customer, billing_details: billing, receipt_email }: Charge): HookPerson => ({
  email: billing?.email ?? receipt_email,
  phone: billing?.phone,
  country: billing?.address?.country,
  ...(customer && { customerId: customer }),
});

const locationOf = ({ line1, line2, city, state, postal_code, country }: Address) =>
  present({ address1: line1, address2: line2, city, region: state, zip: postal_code, country });

const chargeEvent = (charge: Charge, metric: string): HookEvent => ({
  metric,
  id: charge.id,
  person: payerOf(charge),
  time: charge.created,
  properties: {
    ChargeId: charge.id,
    ...present({
      Description: charge.description,
      InvoiceId: charge.invoice,
      ReceiptURL: charge.receipt_url,
      FailureCode: charge.failure_code,
      FailureMessage: charge.failure_message,
    }),
  },
  ...moneyOf(charge.amount, charge.currency),
});

const ChargeEvent = eventOf(Charge);

/** A charge can be refunded in parts. Each part is known by the sum up to it. */
const refundEvent = ({ created, data }: v.InferOutput<typeof ChargeEvent>): HookEvent => {
  const { object: charge, previous_attributes: before } = data;
  const refunded = charge.amount_refunded ?? 0;
  return {
    ...chargeEvent(charge, 'Issued Refund'),
    id: `${charge.id}:${refunded}`,
    time: created,
    ...moneyOf(refunded - (before?.amount_refunded ?? 0), charge.currency),
  };
};

const customerTopic = defineTopic(eventOf(Customer), ({ created: at, data }): Mapped => {
  const { id, email, name, phone, address, preferred_locales: [locale] = [] } = nonNullLocales(data.object);
  const [first = '', ...rest] = (name ?? '').trim().split(/\s+/);
  const state: HookPersonState = {
    person: { email, phone, country: address?.country, customerId: id },
    at,
    fields: present({ first_name: first, last_name: rest.join(' '), locale }),
    ...(address && { location: locationOf(address) }),
  };
  return { people: [state] };
});

const nonNullLocales = (customer: Customer) => ({
  ...customer,
  preferred_locales: customer.preferred_locales ?? undefined,
});

/** Every change of a subscription is an event of its own. */
const subscriptionTopic = (metric: string): Topic =>
  defineTopic(eventOf(Subscription), ({ id, created, data: { object: subscription } }): Mapped => {
    const { customer, status, currency, cancel_at_period_end, items } = subscription;
    const amount = items.data.reduce(
      (sum, { price, quantity }) => sum + (price?.unit_amount ?? 0) * (quantity ?? 1),
      0,
    );
    const plans = items.data.flatMap(({ price }) => price?.nickname ?? price?.id ?? []);
    const event: HookEvent = {
      metric,
      id,
      person: customer ? { customerId: customer } : {},
      time: created,
      properties: {
        SubscriptionId: subscription.id,
        ...present({ Status: status, Interval: items.data[0]?.price?.recurring?.interval }),
        ...(plans.length > 0 && { Plans: plans }),
        ...(cancel_at_period_end && { CancelsAtPeriodEnd: true }),
      },
      ...(currency && moneyOf(amount, currency)),
    };
    return { events: [event] };
  });

export const topics: Readonly<Record<string, Topic>> = {
  'charge.succeeded': defineTopic(ChargeEvent, ({ data }) => ({
    events: [chargeEvent(data.object, 'Successful Payment')],
  })),
  'charge.failed': defineTopic(ChargeEvent, ({ data }) => ({ events: [chargeEvent(data.object, 'Failed Payment')] })),
  'charge.refunded': defineTopic(ChargeEvent, (event) => ({ events: [refundEvent(event)] })),
  'charge.updated': withoutEffect,
  'customer.created': customerTopic,
  'customer.updated': customerTopic,
  /** A deleted customer has not requested an erasure. */
  'customer.deleted': withoutEffect,
  'customer.subscription.created': subscriptionTopic('Started Subscription'),
  'customer.subscription.updated': subscriptionTopic('Updated Subscription'),
  'customer.subscription.deleted': subscriptionTopic('Cancelled Subscription'),
};
