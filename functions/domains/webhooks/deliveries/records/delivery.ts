import { hash } from 'node:crypto';
import * as v from 'valibot';
import { FactType, Source } from '../../changes/fact.ts';

/** The place of a delivery: its webhook's shard, and the position of the change, which orders a profile's. */
const placeFields = {
  account: v.string(),
  webhookId: v.string(),
  shard: v.number(),
  /** As the change has it: compares as text. */
  position: v.string(),
  /** Tells items apart whose changes have the same position in two shards of the stream. */
  tag: v.string(),
};

const contentFields = {
  ...placeFields,
  /** The table keeps the type of the item as `type`. */
  what: FactType,
  profileId: v.optional(v.string()),
  source: Source,
  /** When the change was written, to the second. */
  at: v.string(),
  attempts: v.number(),
  lastError: v.optional(v.string()),
  /** The status of the last response. */
  responseCode: v.optional(v.number()),
};

/** A message that waits to be sent. */
export const Pending = v.object({
  ...contentFields,
  /** The partition whose changes are sent in order. */
  group: v.string(),
  /** When it was created, or sent again by the owner. */
  since: v.string(),
  /** When to try again. Absent: now. */
  nextAt: v.optional(v.string()),
  expiresAt: v.number(),
});
export type Pending = v.InferOutput<typeof Pending>;

/** A message that was sent, or given up. */
export const Delivery = v.object({
  ...contentFields,
  group: v.string(),
  status: v.picklist(['delivered', 'failed']),
  completedAt: v.string(),
  expiresAt: v.number(),
});
export type Delivery = v.InferOutput<typeof Delivery>;

export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;

/** A delivery that waits has no status of its own. */
export const statusOf = (delivery: Delivery | Pending): (typeof deliveryStatuses)[number] =>
  'status' in delivery ? delivery.status : 'pending';

export type Place = Pick<Pending, 'account' | 'webhookId' | 'shard' | 'position' | 'tag'>;

export const tagOf = (key: { readonly pk: string; readonly sk: string }): string =>
  hash('sha256', JSON.stringify([key.pk, key.sk])).slice(0, 8);

/** Sequence numbers have up to 40 digits: as text of base 36 they are short. */
const POSITION_DIGITS = 40;

/** The public id, from which the key follows. */
export const deliveryIdOf = ({ webhookId, shard, position, tag }: Omit<Place, 'account'>): string =>
  `${webhookId}${shard}${BigInt(position).toString(36)}-${tag}`;

const DELIVERY_ID = /^([0-9A-Z]{26})([0-7])([0-9a-z]{1,26})-([0-9a-f]{8})$/;

export const parseDeliveryId = (id: string): Omit<Place, 'account'> | undefined => {
  const [, webhookId, shard, digits, tag] = DELIVERY_ID.exec(id) ?? [];
  if (webhookId === undefined || shard === undefined || digits === undefined || tag === undefined) return undefined;
  let position = 0n;
  for (const digit of digits) position = position * 36n + BigInt(Number.parseInt(digit, 36));
  const text = position.toString().padStart(POSITION_DIGITS, '0');
  return text.length === POSITION_DIGITS ? { webhookId, shard: Number(shard), position: text, tag } : undefined;
};
