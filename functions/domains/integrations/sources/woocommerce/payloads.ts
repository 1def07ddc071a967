import * as v from 'valibot';
import { Amount, Id, optionalAmount, optionalId, optionalText, Time } from '../../source/fields.ts';

/** What is read of WooCommerce's objects. Everything else of a payload is ignored. */
const Address = v.object({
  first_name: optionalText,
  last_name: optionalText,
  company: optionalText,
  address_1: optionalText,
  address_2: optionalText,
  city: optionalText,
  state: optionalText,
  postcode: optionalText,
  country: optionalText,
  email: optionalText,
  phone: optionalText,
});
export type Address = v.InferOutput<typeof Address>;

/** Times are UTC, and say so nowhere. Absent ones are null or an empty text. */
export const optionalUtc = v.pipe(
  v.nullish(v.union([Time, v.literal('')])),
  v.transform((time) => (time instanceof Date ? time : undefined)),
);

export const Customer = v.object({
  id: Id,
  email: optionalText,
  first_name: optionalText,
  last_name: optionalText,
  username: optionalText,
  date_modified_gmt: optionalUtc,
  date_created_gmt: optionalUtc,
  billing: v.nullish(Address),
});
export type Customer = v.InferOutput<typeof Customer>;

const LineItem = v.object({
  name: optionalText,
  product_id: optionalId,
  variation_id: optionalId,
  quantity: v.nullish(Amount),
  total: optionalAmount,
  sku: optionalText,
  price: optionalAmount,
  image: v.nullish(v.object({ src: optionalText })),
});
export type LineItem = v.InferOutput<typeof LineItem>;

export const Order = v.object({
  id: Id,
  number: optionalText,
  status: v.string(),
  currency: optionalText,
  date_created_gmt: Time,
  date_modified_gmt: optionalUtc,
  date_completed_gmt: optionalUtc,
  total: optionalAmount,
  total_tax: optionalAmount,
  discount_total: optionalAmount,
  shipping_total: optionalAmount,
  customer_id: optionalId,
  payment_method_title: optionalText,
  billing: v.nullish(Address),
  line_items: v.optional(v.array(LineItem), []),
  coupon_lines: v.optional(v.array(v.object({ code: optionalText })), []),
  refunds: v.optional(v.array(v.object({ id: Id, reason: optionalText, total: Amount })), []),
});
export type Order = v.InferOutput<typeof Order>;
