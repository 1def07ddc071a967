import * as v from 'valibot';
import { Amount, Id, optionalAmount, optionalId, optionalText, optionalTime, Time } from '../../source/fields.ts';

/** What is read of Shopify's objects. Everything else of a payload is ignored. */
export const Address = v.object({
  first_name: optionalText,
  last_name: optionalText,
  company: optionalText,
  address1: optionalText,
  address2: optionalText,
  city: optionalText,
  province: optionalText,
  country: optionalText,
  country_code: optionalText,
  zip: optionalText,
  phone: optionalText,
});
export type Address = v.InferOutput<typeof Address>;

/** The REST API says `state`, the GraphQL API `marketing_state`. */
export const MarketingConsent = v.object({
  state: optionalText,
  marketing_state: optionalText,
  opt_in_level: optionalText,
  consent_updated_at: optionalTime,
  consent_collected_from: optionalText,
});
export type MarketingConsent = v.InferOutput<typeof MarketingConsent>;

export const Customer = v.object({
  id: Id,
  email: optionalText,
  phone: optionalText,
  first_name: optionalText,
  last_name: optionalText,
  locale: optionalText,
  tags: optionalText,
  note: optionalText,
  updated_at: optionalTime,
  default_address: v.nullish(Address),
  email_marketing_consent: v.nullish(MarketingConsent),
  sms_marketing_consent: v.nullish(MarketingConsent),
});
export type Customer = v.InferOutput<typeof Customer>;

export const LineItem = v.object({
  product_id: optionalId,
  variant_id: optionalId,
  title: optionalText,
  name: optionalText,
  variant_title: optionalText,
  sku: optionalText,
  vendor: optionalText,
  quantity: v.nullish(Amount),
  price: optionalAmount,
});
export type LineItem = v.InferOutput<typeof LineItem>;

const items = v.optional(v.array(LineItem), []);

const Transaction = v.object({
  kind: optionalText,
  status: optionalText,
  amount: optionalAmount,
  currency: optionalText,
});

export const Refund = v.object({
  id: Id,
  order_id: Id,
  created_at: Time,
  note: optionalText,
  refund_line_items: v.optional(v.array(v.object({ quantity: v.nullish(Amount), line_item: v.nullish(LineItem) })), []),
  transactions: v.optional(v.array(Transaction), []),
});
export type Refund = v.InferOutput<typeof Refund>;

export const Fulfillment = v.object({
  id: Id,
  order_id: Id,
  created_at: Time,
  updated_at: optionalTime,
  status: optionalText,
  shipment_status: optionalText,
  email: optionalText,
  tracking_company: optionalText,
  tracking_number: optionalText,
  tracking_url: optionalText,
  line_items: items,
});
export type Fulfillment = v.InferOutput<typeof Fulfillment>;

export const Order = v.object({
  id: Id,
  name: optionalText,
  email: optionalText,
  phone: optionalText,
  created_at: Time,
  processed_at: optionalTime,
  updated_at: optionalTime,
  cancelled_at: optionalTime,
  cancel_reason: optionalText,
  currency: optionalText,
  total_price: optionalAmount,
  subtotal_price: optionalAmount,
  total_tax: optionalAmount,
  total_discounts: optionalAmount,
  financial_status: optionalText,
  fulfillment_status: optionalText,
  source_name: optionalText,
  order_status_url: optionalText,
  tags: optionalText,
  test: v.nullish(v.boolean()),
  discount_codes: v.optional(v.array(v.object({ code: optionalText })), []),
  line_items: items,
  customer: v.nullish(Customer),
  billing_address: v.nullish(Address),
  shipping_address: v.nullish(Address),
  refunds: v.optional(v.array(Refund), []),
  fulfillments: v.optional(v.array(v.object({ created_at: optionalTime })), []),
});
export type Order = v.InferOutput<typeof Order>;

export const Checkout = v.object({
  id: optionalId,
  token: Id,
  email: optionalText,
  phone: optionalText,
  created_at: Time,
  currency: optionalText,
  total_price: optionalAmount,
  abandoned_checkout_url: optionalText,
  discount_codes: v.optional(v.array(v.object({ code: optionalText })), []),
  line_items: items,
  customer: v.nullish(Customer),
  billing_address: v.nullish(Address),
  shipping_address: v.nullish(Address),
});
export type Checkout = v.InferOutput<typeof Checkout>;
