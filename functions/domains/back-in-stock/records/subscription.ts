import * as v from 'valibot';
import { Refusal } from '../../consent/records/refusal.ts';

/** The channels that a person can ask for, as in Klaviyo's API. */
export const StockChannel = v.picklist(['EMAIL', 'PUSH', 'SMS', 'WHATSAPP']);
export type StockChannel = v.InferOutput<typeof StockChannel>;

/** A person who waits for a variant, or did. */
export const StockSubscription = v.object({
  account: v.string(),
  profileId: v.string(),
  /** The external id of the variant. */
  variant: v.string(),
  /** New with each time that the person asks. The events have it in their `unique_id`. */
  id: v.string(),
  channels: v.array(StockChannel),
  created: v.string(),
  /** When it was sent or skipped. Absent while the person waits. */
  ended: v.optional(v.string()),
  /** The channels on which the person could be contacted when the event was sent. */
  sentTo: v.optional(v.array(StockChannel)),
  /** Why nothing was sent: the refusal of the first channel that the person asked for. */
  skipped: v.optional(Refusal),
  expiresAt: v.number(),
});
export type StockSubscription = v.InferOutput<typeof StockSubscription>;

export const stockStatuses = ['waiting', 'sent', 'skipped'] as const;

export const statusOf = ({
  ended,
  skipped,
}: Pick<StockSubscription, 'ended' | 'skipped'>): (typeof stockStatuses)[number] => {
  if (ended === undefined) return 'waiting';
  return skipped === undefined ? 'sent' : 'skipped';
};

/** How long a person waits at most. */
export const WAITING_DAYS = 400;
/** How long the end of a subscription is shown. */
export const ENDED_DAYS = 90;
/** Per profile, those that have ended lately included. */
export const MAX_SUBSCRIPTIONS = 250;
