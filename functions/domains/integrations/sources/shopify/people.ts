import { present } from '../../source/fields.ts';
import type { HookConsent, HookPerson, HookPersonState } from '../../source/source.ts';
import type { Address, Customer, MarketingConsent, Order } from './payloads.ts';

/** The address that says most of a buyer, and whose country their phone number has. */
const mainAddress = ({
  billing_address: billing,
  shipping_address: shipping,
}: Pick<Order, 'billing_address' | 'shipping_address'>): Address | undefined => billing ?? shipping ?? undefined;

/** The buyer of an order or a checkout. Guests have no customer, but an e-mail address or a phone number. */
export const buyerOf = (
  order: Pick<Order, 'email' | 'phone' | 'customer' | 'billing_address' | 'shipping_address'>,
): HookPerson => {
  const address = mainAddress(order);
  return {
    email: order.email ?? order.customer?.email,
    phone: order.phone ?? order.customer?.phone ?? address?.phone,
    country: address?.country_code,
    customerId: order.customer?.id,
  };
};

/** What an order says of its buyer: as it was when they bought. */
export const buyerState = (order: Order): HookPersonState => {
  const address = mainAddress(order);
  return {
    person: buyerOf(order),
    at: order.created_at,
    fields: present({
      first_name: order.customer?.first_name ?? address?.first_name,
      last_name: order.customer?.last_name ?? address?.last_name,
    }),
    ...(address && { location: locationOf(address) }),
  };
};

const customerPerson = ({ id, email, phone, default_address: address }: Customer): HookPerson => ({
  email,
  phone,
  country: address?.country_code,
  customerId: id,
});

export const customerState = (customer: Customer): HookPersonState => {
  const { default_address: address, first_name, last_name, locale, tags, updated_at: at } = customer;
  return {
    person: customerPerson(customer),
    ...(at && { at }),
    fields: present({ first_name, last_name, locale, organization: address?.company }),
    ...(address && { location: locationOf(address) }),
    properties: {
      shopify_tags: (tags ?? '')
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    },
  };
};

const locationOf = ({ address1, address2, city, province: region, country, zip }: Address) =>
  present({ address1, address2, city, region, country, zip });

/** The consents of a customer, as far as they decided anything. */
export const consentsOf = (customer: Customer): HookConsent[] => [
  ...consentOf('email', customer.email_marketing_consent, customerPerson(customer)),
  ...consentOf('sms', customer.sms_marketing_consent, customerPerson(customer)),
];

/** Other states say that nobody was asked, that a confirmation is pending, or that the address is gone. */
const decided: Readonly<Record<string, HookConsent['to']>> = {
  subscribed: 'SUBSCRIBED',
  unsubscribed: 'UNSUBSCRIBED',
};

export const consentOf = (
  channel: HookConsent['channel'],
  consent: MarketingConsent | null | undefined,
  person: HookPerson,
): HookConsent[] => {
  const to = decided[(consent?.state ?? consent?.marketing_state ?? '').toLowerCase()];
  if (!consent || !to) return [];
  const { consent_updated_at: at, opt_in_level: level, consent_collected_from: collectedFrom } = consent;
  return [
    {
      person,
      channel,
      to,
      ...(at && { at }),
      ...(level?.toLowerCase() === 'confirmed_opt_in' && { isDoubleOptIn: true }),
      ...(collectedFrom && { collectedFrom }),
    },
  ];
};
