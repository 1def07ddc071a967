import { present } from '../../source/fields.ts';
import type { HookConsent, HookPerson, HookPersonState } from '../../source/source.ts';
import type { BillingAddress, Cart, Customer, CustomerAddress, Order, Subscriber } from './payloads.ts';

/** Guests have the customer 0. */
const GUEST = '0';

const customerOf = (id: string | null | undefined): Pick<HookPerson, 'customerId'> =>
  id && id !== GUEST ? { customerId: id } : {};

export const buyerOf = ({ billing_address: billing, customer_id }: Order): HookPerson => ({
  email: billing?.email,
  phone: billing?.phone,
  country: billing?.country_iso2,
  ...customerOf(customer_id),
});

/** What an order says of its buyer: as it was when they bought. */
export const buyerState = (order: Order): HookPersonState => {
  const { billing_address: billing, date_created: at } = order;
  return {
    person: buyerOf(order),
    ...(at && { at }),
    ...(billing && { fields: namesOf(billing), location: locationOf(billing) }),
  };
};

const namesOf = ({ first_name, last_name, company: organization }: BillingAddress) =>
  present({ first_name, last_name, organization });

const locationOf = ({ street_1, street_2, city, state, zip, country_iso2: country }: BillingAddress) =>
  present({ address1: street_1, address2: street_2, city, region: state, zip, country });

/** A buyer who ticked the box of the checkout. One who did not has said nothing. */
export const buyerConsents = (order: Order): HookConsent[] =>
  order.is_email_opt_in
    ? [
        {
          person: buyerOf(order),
          channel: 'email',
          to: 'SUBSCRIBED',
          at: order.date_created,
          collectedFrom: `checkout of order ${order.id}`,
        },
      ]
    : [];

export const shopperOf = ({ email, customer_id }: Cart): HookPerson => ({ email, ...customerOf(customer_id) });

export const customerState = (customer: Customer): HookPersonState => {
  const { id, email, first_name, last_name, company, phone, date_modified: at, addresses } = customer;
  const [address] = addresses;
  const accepts = customer.accepts_product_review_abandoned_cart_emails;
  return {
    person: { email, phone: phone ?? address?.phone, country: address?.country_code, customerId: id },
    ...(at && { at }),
    fields: present({ first_name, last_name, organization: company }),
    ...(address && { location: addressLocation(address) }),
    // Consent to mails about reviews and carts only: none to marketing.
    ...(typeof accepts === 'boolean' && { properties: { bigcommerce_accepts_review_and_cart_emails: accepts } }),
  };
};

const addressLocation = (address: CustomerAddress) => {
  const { address1, address2, city, state_or_province, postal_code, country_code } = address;
  return present({ address1, address2, city, region: state_or_province, zip: postal_code, country: country_code });
};

/** A subscriber is not a customer, and their deletion names only their number. */
export const subscriberId = (id: string): string => `subscriber ${id}`;

export const subscriberState = ({ id, email, first_name, last_name, updated_at: at }: Subscriber): HookPersonState => ({
  person: { email, customerId: subscriberId(id) },
  ...(at && { at }),
  fields: present({ first_name, last_name }),
});

/** Subscribed since they were created. A person who subscribes again is a new subscriber. */
export const subscriberConsent = ({ id, email, source, created_at }: Subscriber): HookConsent => ({
  person: { email, customerId: subscriberId(id) },
  channel: 'email',
  to: 'SUBSCRIBED',
  ...(created_at && { at: created_at }),
  ...(source && { collectedFrom: source }),
});
