import * as v from 'valibot';
import { Amount, Id, optionalAmount, optionalId, optionalText, optionalTime } from '../../source/fields.ts';

/** What a webhook says: which object changed. */
export const Delivery = v.object({
  producer: v.pipe(
    v.string(),
    v.regex(/^stores\/[a-z0-9]{1,40}$/i, 'The producer is the store, such as stores/abc123.'),
  ),
  /** In seconds. */
  created_at: v.number(),
  data: v.object({
    id: v.optional(Id),
    orderId: v.optional(Id),
    order_id: v.optional(Id),
    cartId: v.optional(Id),
    sku: v.optional(v.object({ product_id: Id })),
    address: v.optional(v.object({ customer_id: Id })),
  }),
});
export type Delivery = v.InferOutput<typeof Delivery>;

const RFC_2822 = /^([A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d ([+-]\d{4}|GMT)$/;

/** The times of orders, such as `Fri, 12 Oct 2018 19:06:23 +0000`. Absent ones are an empty text. */
const optionalRfcTime = v.pipe(
  v.nullish(v.string(), ''),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): Date | undefined => {
    if (value === '') return undefined;
    const time = new Date(RFC_2822.test(value) ? value : Number.NaN);
    if (!Number.isNaN(time.getTime())) return time;
    addIssue({ message: 'Not a time in RFC 2822, such as Fri, 12 Oct 2018 19:06:23 +0000.' });
    return NEVER;
  }),
);

const BillingAddress = v.object({
  first_name: optionalText,
  last_name: optionalText,
  company: optionalText,
  street_1: optionalText,
  street_2: optionalText,
  city: optionalText,
  state: optionalText,
  zip: optionalText,
  country: optionalText,
  country_iso2: optionalText,
  phone: optionalText,
  email: optionalText,
});
export type BillingAddress = v.InferOutput<typeof BillingAddress>;

export const Order = v.object({
  id: Id,
  status_id: v.number(),
  status: optionalText,
  date_created: optionalRfcTime,
  date_modified: optionalRfcTime,
  date_shipped: optionalRfcTime,
  customer_id: optionalId,
  currency_code: optionalText,
  total_inc_tax: optionalAmount,
  total_tax: optionalAmount,
  discount_amount: optionalAmount,
  shipping_cost_inc_tax: optionalAmount,
  refunded_amount: optionalAmount,
  payment_method: optionalText,
  is_email_opt_in: v.nullish(v.boolean()),
  billing_address: v.nullish(BillingAddress),
});
export type Order = v.InferOutput<typeof Order>;

export const Products = v.array(
  v.object({
    id: Id,
    product_id: optionalId,
    variant_id: optionalId,
    name: optionalText,
    sku: optionalText,
    brand: optionalText,
    quantity: v.nullish(Amount),
    price_inc_tax: optionalAmount,
    total_inc_tax: optionalAmount,
  }),
);
export type Product = v.InferOutput<typeof Products>[number];

export const Refunds = v.array(v.object({ id: Id, created: optionalTime, reason: optionalText, total_amount: Amount }));
export type Refund = v.InferOutput<typeof Refunds>[number];

const CustomerAddress = v.object({
  address1: optionalText,
  address2: optionalText,
  city: optionalText,
  state_or_province: optionalText,
  postal_code: optionalText,
  country: optionalText,
  country_code: optionalText,
  phone: optionalText,
});
export type CustomerAddress = v.InferOutput<typeof CustomerAddress>;

export const Customer = v.object({
  id: Id,
  email: optionalText,
  first_name: optionalText,
  last_name: optionalText,
  company: optionalText,
  phone: optionalText,
  date_modified: optionalTime,
  accepts_product_review_abandoned_cart_emails: v.nullish(v.boolean()),
  addresses: v.optional(v.array(CustomerAddress), []),
});
export type Customer = v.InferOutput<typeof Customer>;

export const Subscriber = v.object({
  id: Id,
  email: v.string(),
  first_name: optionalText,
  last_name: optionalText,
  source: optionalText,
  created_at: optionalTime,
  updated_at: optionalTime,
});
export type Subscriber = v.InferOutput<typeof Subscriber>;

const CartItem = v.object({
  id: Id,
  product_id: optionalId,
  variant_id: optionalId,
  sku: optionalText,
  name: optionalText,
  quantity: v.nullish(Amount),
  sale_price: optionalAmount,
  extended_sale_price: optionalAmount,
  image_url: optionalText,
  url: optionalText,
});
export type CartItem = v.InferOutput<typeof CartItem>;

export const Cart = v.object({
  id: Id,
  customer_id: optionalId,
  email: optionalText,
  currency: v.nullish(v.object({ code: optionalText })),
  cart_amount: optionalAmount,
  updated_time: optionalTime,
  line_items: v.object({
    physical_items: v.optional(v.array(CartItem), []),
    digital_items: v.optional(v.array(CartItem), []),
  }),
});
export type Cart = v.InferOutput<typeof Cart>;
