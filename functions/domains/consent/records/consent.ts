import * as v from 'valibot';
import { Signals } from '../../../model/signals.ts';
import { Link } from './chain.ts';

/** What can be consented to: a type of message on a channel. */
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

/** Passing on what is known of a person, for advertising by others. Only who says so has opted in to it. */
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

/** Whether there is a topic of this channel and type, as far as they are given. */
export const isTopic = ({ channel, type }: { readonly [name in keyof Topic]?: Topic[name] | undefined }): boolean =>
  allTopics.some((topic) => topic.channel === (channel ?? topic.channel) && topic.type === (type ?? topic.type));

export interface Topic {
  readonly channel: Channel;
  readonly type: ConsentType;
}

/** Where messages go. Consent to a number is not consent to the number that replaces it. */
export const Address = v.object({ kind: v.picklist(['email', 'phone_number']), value: v.string() });
export type Address = v.InferOutput<typeof Address>;

/** How it is known: who said so, by what way, and what the person was shown. */
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
  /** SHA-256 of all that was shown. */
  wordingHash: v.optional(v.string()),
  basis: v.optional(v.string()),
  /** Asked for by an age gate. */
  dateOfBirth: v.optional(v.string()),
  /** What the browser and the page's consent platform said besides. */
  signals: v.optional(Signals),
  /** Where this confirms what was asked for before. */
  request: v.optional(v.object({ at: v.string(), ip: v.optional(v.string()), userAgent: v.optional(v.string()) })),
});
export type Evidence = v.InferOutput<typeof Evidence>;

export interface ConsentChange extends Topic {
  readonly profileId: string;
  /** @default the one that the profile has */
  readonly address?: Address;
  readonly to: Status;
  /** When it was given or withdrawn. */
  readonly at: Date;
  readonly evidence: Evidence;
  /**
   * Names the change, so that a redelivered one is recognised; its `at` has to be the same each time. Without it the
   * change is one that happens now, and saying again what already holds is no second change.
   */
  readonly entryId?: string;
  /** Of changes of one instant the one with the greater order holds: the row of a file, which has one time for all. */
  readonly order?: number;
  /** Nobody gave a time: `at` is when it arrived. Then saying again what already holds is no second change either. */
  readonly isTimeAssumed?: boolean;
  readonly listId?: string;
  /** Said by something that outlives an opt-out elsewhere, such as a flag in an export: it does not undo one. */
  readonly isWeak?: boolean;
  /** The owner of the address confirmed it. */
  readonly isDoubleOptIn?: boolean;
}

/**
 * `applied`: it holds now. `outdated`: something newer is known; the change is in the ledger and changes nothing.
 * `already`: it held before, nothing was written.
 */
export type Outcome = 'applied' | 'outdated' | 'already';

/** `type` is what an item is in the table, so the topic's is kept as its purpose. */
const stored = { account: v.string(), profileId: v.string(), channel: Channel, purpose: ConsentType };

/** What holds for one topic: a copy of what its newest ledger entry says. */
export const Consent = v.object({
  ...stored,
  status: Status,
  at: v.string(),
  /** The newest entry. */
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
  ...stored,
  id: v.string(),
  from: Status,
  to: Status,
  at: v.string(),
  recordedAt: v.string(),
  address: v.optional(Address),
  evidence: Evidence,
  listId: v.optional(v.string()),
  /** Something newer was known when it came. */
  isLate: v.optional(v.boolean()),
  /** Given when it is stored. */
  chain: v.optional(Link),
});
export type LedgerEntry = v.InferOutput<typeof LedgerEntry>;
