import * as v from 'valibot';
import { Signals } from '../../../model/signals.ts';
import { Link } from './chain.ts';

/** The topics of consent: a channel and a type of message. */
export const topics = [
  { channel: 'email', type: 'marketing' },
  { channel: 'email', type: 'open_tracking' },
  { channel: 'sms', type: 'marketing' },
  { channel: 'sms', type: 'transactional' },
  { channel: 'whatsapp', type: 'marketing' },
  { channel: 'whatsapp', type: 'transactional' },
  { channel: 'whatsapp', type: 'conversational' },
  { channel: 'push', type: 'marketing' },
  { channel: 'email', type: 'click_tracking' },
] as const;

/** Passing on a person's data for advertising by others. Requires an explicit opt-in. */
export const sharing = { channel: 'sharing', type: 'advertising' } as const;

export const allTopics = [...topics, sharing] as const;

export const Channel = v.picklist(['email', 'sms', 'whatsapp', 'push', 'sharing']);
export type Channel = v.InferOutput<typeof Channel>;
export const ConsentType = v.picklist([
  'marketing',
  'transactional',
  'conversational',
  'open_tracking',
  'click_tracking',
  'advertising',
]);
export type ConsentType = v.InferOutput<typeof ConsentType>;
export const Status = v.picklist(['SUBSCRIBED', 'UNSUBSCRIBED', 'NEVER_SUBSCRIBED']);
export type Status = v.InferOutput<typeof Status>;

/** Whether a topic with this channel and type exists. An undefined one matches all. */
export const isTopic = ({ channel, type }: { readonly [name in keyof Topic]?: Topic[name] | undefined }): boolean =>
  allTopics.some((topic) => topic.channel === (channel ?? topic.channel) && topic.type === (type ?? topic.type));

export interface Topic {
  readonly channel: Channel;
  readonly type: ConsentType;
}

/** The destination of messages. Consent for one number is not consent for the number that replaces it. */
export const Address = v.object({ kind: v.picklist(['email', 'phone_number']), value: v.string() });
export type Address = v.InferOutput<typeof Address>;

/** The evidence of a change: who made it, how, and what the person was shown. */
export const Evidence = v.object({
  /** `api`, `form`, `preference_page`, `manual_import`, … as in Klaviyo's segment filters. */
  method: v.string(),
  methodDetail: v.optional(v.string()),
  source: v.optional(v.string()),
  keyId: v.optional(v.string()),
  formId: v.optional(v.string()),
  formVersion: v.optional(v.string()),
  ip: v.optional(v.string()),
  userAgent: v.optional(v.string()),
  wording: v.optional(v.string()),
  wordingVersion: v.optional(v.string()),
  /** SHA-256 of everything that was shown. */
  wordingHash: v.optional(v.string()),
  /** The address of the page with the form. */
  page: v.optional(v.string()),
  basis: v.optional(v.string()),
  /** Required by an age gate. */
  dateOfBirth: v.optional(v.string()),
  /** Signals of the browser and the page's consent platform. */
  signals: v.optional(Signals),
  /** The request that this confirms. */
  request: v.optional(v.object({ at: v.string(), ip: v.optional(v.string()), userAgent: v.optional(v.string()) })),
});
export type Evidence = v.InferOutput<typeof Evidence>;

export interface ConsentChange extends Topic {
  readonly profileId: string;
  /** @default the address of the profile */
  readonly address?: Address;
  readonly to: Status;
  /** When consent was given or withdrawn. */
  readonly at: Date;
  readonly evidence: Evidence;
  /**
   * Identifies the change, so that a redelivery is recognized; its `at` must be the same each time. Without it, the
   * change happens now, and repeating the current state is no second change.
   */
  readonly entryId?: string;
  /** Among changes with the same time, the one with the greatest order wins. Rows of a file have one time for all. */
  readonly order?: number;
  /** No time was given: `at` is the time of arrival. Then too, repeating the current state is no second change. */
  readonly isTimeAssumed?: boolean;
  readonly listId?: string;
  /**
   * Comes from a source that does not know of opt-outs elsewhere, such as a flag in an export. It does not undo an
   * opt-out.
   */
  readonly isWeak?: boolean;
  /** Whether the owner of the address confirmed it. */
  readonly isDoubleOptIn?: boolean;
}

/**
 * `applied`: now in effect. `outdated`: a newer change is known; this one is in the ledger only. `already`: it was in
 * effect before; nothing was written.
 */
export type Outcome = 'applied' | 'outdated' | 'already';

/** In the table, `type` is the type of the item, so the topic's type is stored as `purpose`. */
const topicKey = { account: v.string(), profileId: v.string(), channel: Channel, purpose: ConsentType };

/** The current state of one topic, copied from its newest ledger entry. */
export const Consent = v.object({
  ...topicKey,
  status: Status,
  at: v.string(),
  /** The id of the newest entry. */
  entryId: v.string(),
  address: v.optional(Address),
  evidence: Evidence,
  createdAt: v.string(),
  recordedAt: v.string(),
  doubleOptIn: v.optional(v.boolean()),
});
export type Consent = v.InferOutput<typeof Consent>;

/** One change as it arrived. Never updated. */
export const LedgerEntry = v.object({
  ...topicKey,
  id: v.string(),
  from: Status,
  to: Status,
  at: v.string(),
  recordedAt: v.string(),
  address: v.optional(Address),
  evidence: Evidence,
  listId: v.optional(v.string()),
  /** Whether a newer change was known when it arrived. */
  isLate: v.optional(v.boolean()),
  /** Set when the entry is stored. */
  chain: v.optional(Link),
});
export type LedgerEntry = v.InferOutput<typeof LedgerEntry>;
