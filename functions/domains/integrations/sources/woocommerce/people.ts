import { present } from '../../source/fields.ts';
import type { HookPerson, HookPersonState } from '../../source/source.ts';
import type { Address, Customer, Order } from './payloads.ts';

/** Guests have the customer 0. */
const GUEST = '0';

export const buyerOf = ({ billing, customer_id: customerId }: Order): HookPerson => ({
  email: billing?.email,
  phone: billing?.phone,
  country: billing?.country,
  ...(customerId && customerId !== GUEST && { customerId }),
});

/** What an order says of its buyer: as it was when they bought. */
export const buyerState = (order: Order): HookPersonState => ({
  person: buyerOf(order),
  at: order.date_created_gmt,
  ...(order.billing && { fields: namesOf(order.billing), location: locationOf(order.billing) }),
});

export const customerState = (customer: Customer): HookPersonState => {
  const { id, email, first_name, last_name, billing, date_modified_gmt, date_created_gmt } = customer;
  return {
    person: { email: email ?? billing?.email, phone: billing?.phone, country: billing?.country, customerId: id },
    at: date_modified_gmt ?? date_created_gmt,
    fields: { ...(billing && namesOf(billing)), ...present({ first_name, last_name }) },
    ...(billing && { location: locationOf(billing) }),
  };
};

const namesOf = ({ first_name, last_name, company: organization }: Address) =>
  present({ first_name, last_name, organization });

const locationOf = ({ address_1, address_2, city, state, postcode, country }: Address) =>
  present({ address1: address_1, address2: address_2, city, region: state, zip: postcode, country });
