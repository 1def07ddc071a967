import * as v from 'valibot';
import { Amount, Id, optionalAmount, optionalText } from '../../source/fields.ts';

/** Seconds since 1970. */
const Seconds = v.pipe(
  v.number(),
  v.transform((seconds) => new Date(seconds * 1_000)),
);

const Address = v.object({
  line1: optionalText,
  line2: optionalText,
  city: optionalText,
  state: optionalText,
  postal_code: optionalText,
  country: optionalText,
});
export type Address = v.InferOutput<typeof Address>;

/** The id of an object, which is whole in payloads that were expanded. */
const Reference = v.pipe(
  v.nullish(v.union([Id, v.object({ id: Id })])),
  v.transform((one) => (typeof one === 'object' ? one?.id : one)),
);

export const Customer = v.object({
  id: Id,
  email: optionalText,
  name: optionalText,
  phone: optionalText,
  address: v.nullish(Address),
  preferred_locales: v.nullish(v.array(v.string())),
});
export type Customer = v.InferOutput<typeof Customer>;

export const Charge = v.object({
  id: Id,
  amount: Amount,
  amount_refunded: optionalAmount,
  currency: v.string(),
  created: Seconds,
  customer: Reference,
  description: optionalText,
  invoice: Reference,
  receipt_email: optionalText,
  receipt_url: optionalText,
  failure_code: optionalText,
  failure_message: optionalText,
  billing_details: v.nullish(
    v.object({ email: optionalText, name: optionalText, phone: optionalText, address: v.nullish(Address) }),
  ),
});
export type Charge = v.InferOutput<typeof Charge>;

const Price = v.object({
  id: Id,
  nickname: optionalText,
  product: Reference,
  unit_amount: optionalAmount,
  recurring: v.nullish(v.object({ interval: optionalText })),
});

export const Subscription = v.object({
  id: Id,
  status: optionalText,
  customer: Reference,
  currency: optionalText,
  cancel_at_period_end: v.nullish(v.boolean()),
  items: v.optional(
    v.object({ data: v.optional(v.array(v.object({ quantity: v.nullish(Amount), price: v.nullish(Price) })), []) }),
    { data: [] },
  ),
});
export type Subscription = v.InferOutput<typeof Subscription>;

/** Stripe's event around an object. */
export const eventOf = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.object({
    id: Id,
    created: Seconds,
    livemode: v.nullish(v.boolean()),
    data: v.object({
      object: schema,
      previous_attributes: v.nullish(v.object({ amount_refunded: optionalAmount })),
    }),
  });
