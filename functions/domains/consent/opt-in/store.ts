import * as v from 'valibot';
import { identifierKinds } from '../../../model/identity.ts';
import { Language } from '../../../model/language.ts';
import { profilePk } from '../../../model/partition.ts';
import { PushTokenAttributes } from '../../../model/push-token.ts';
import { entity } from '../../../platform/table/entity.ts';
import { ProfileAttributes } from '../../profiles/records/profile.ts';
import { Channel, ConsentType, Evidence } from '../records/consent.ts';

const HOUR_MS = 3_600_000;
/** How long the link in the mail is valid. */
export const LINK_MS = 72 * HOUR_MS;
/** How long an opt-in is kept. */
const RETENTION_MS = 30 * 24 * HOUR_MS;
/** How long one that is done is kept. */
export const DONE_DAYS = 14;

/**
 * A requested subscription that the owner of the address has not confirmed yet. A public one is `accepted` until the
 * worker decides whether it needs a confirmation. If it needs none, it is `done`: what the person sent is removed, and
 * the rest is kept for its receipt.
 */
export const PendingOptIn = v.object({
  account: v.string(),
  id: v.string(),
  /** Empty if only a phone number was subscribed. */
  email: v.string(),
  topics: v.array(v.object({ channel: Channel, type: ConsentType })),
  listId: v.optional(v.string()),
  /** While accepted: whether the list or account requires a confirmation of e-mail. */
  isDouble: v.optional(v.boolean()),
  /** Further attributes to store when the person confirms. */
  person: v.optional(ProfileAttributes),
  /** While accepted: push tokens to register. */
  pushTokens: v.optional(v.array(PushTokenAttributes)),
  /** Evidence of the request. */
  evidence: Evidence,
  language: Language,
  /** The origin of the link in the mail. */
  origin: v.string(),
  requestedAt: v.string(),
  status: v.picklist(['accepted', 'pending', 'confirming', 'confirmed', 'declined', 'done']),
  /** If done: what became of it. A receipt shows it. Those of erased people are removed. */
  result: v.optional(v.picklist(['stored', 'suppressed', 'rejected', 'expired'])),
  /** The profiles that it subscribed. */
  profileIds: v.optional(v.array(v.string())),
  /** When a worker began to send the mail. */
  mailingAt: v.optional(v.string()),
  mailedAt: v.optional(v.string()),
  /** Why the mail could not be sent. */
  mailError: v.optional(v.string()),
  confirmedAt: v.optional(v.string()),
  /** Evidence of the confirmation. */
  confirmation: v.optional(Evidence),
  expiresAt: v.number(),
});
export type PendingOptIn = v.InferOutput<typeof PendingOptIn>;

export const expiryOf = (requestedAt: Date): number => Math.floor((requestedAt.getTime() + RETENTION_MS) / 1_000);

/** The partition that lists the opt-ins of an address, by age. */
export const optInsPk = (account: string, address: string): string => `A#${account}#OPTINS#${address}`;

/** The value that an opt-in is listed by: its address, or else the first identifier of the person. */
const listingValue = ({ email, person }: Pick<PendingOptIn, 'email' | 'person'>): string =>
  email || (identifierKinds.map((kind) => person?.[kind]).find((value) => value) ?? '');

export const pendingOptIns = entity({
  type: 'pending_opt_in',
  schema: PendingOptIn,
  key: ({ account, id }: Pick<PendingOptIn, 'account' | 'id'>) => ({ pk: `A#${account}#OPTIN#${id}`, sk: 'OPTIN' }),
  json: ['person', 'pushTokens'],
  indexes: ({ account, id, ...of }) => ({ gsi1: { pk: optInsPk(account, listingValue(of)), sk: id } }),
});

const ConfirmedOptIn = v.object({ account: v.string(), id: v.string(), profileId: v.string() });
type ConfirmedOptIn = v.InferOutput<typeof ConfirmedOptIn>;

/** The partition that leads from a confirmation mail to the profile that confirmed. */
export const confirmedPk = (account: string, id: string): string => `A#${account}#OPTIN#${id}`;

/**
 * The profile that confirmed an opt-in. The link in the mail unsubscribes it even after the opt-in has expired, or the
 * address has changed.
 */
export const confirmedOptIns = entity({
  type: 'confirmed_opt_in',
  schema: ConfirmedOptIn,
  key: ({ account, id, profileId }: ConfirmedOptIn) => ({ pk: profilePk(account, profileId), sk: `OPTIN#${id}` }),
  indexes: ({ account, id, profileId }) => ({ gsi1: { pk: confirmedPk(account, id), sk: profileId } }),
});

export const limitPk = (account: string, kind: LimitCount['kind'], value: string): string =>
  `A#${account}#MAILLIMIT#${kind}#${value}`;

const LimitCount = v.object({
  account: v.string(),
  kind: v.picklist(['address', 'ip', 'list', 'declined']),
  value: v.string(),
  window: v.number(),
  /** Set for callers without a key, if callers with one are counted separately. */
  by: v.optional(v.literal('public')),
  count: v.number(),
  expiresAt: v.number(),
});
export type LimitCount = v.InferOutput<typeof LimitCount>;

/** The number of confirmation mails requested in one window of time. */
export const limitCounts = entity({
  type: 'confirmation_limit',
  schema: LimitCount,
  key: ({ account, kind, value, window, by }: Pick<LimitCount, 'account' | 'kind' | 'value' | 'window' | 'by'>) => ({
    pk: limitPk(account, kind, value),
    sk: by === undefined ? `${window}` : `${window}#${by}`,
  }),
});

const SpentChallenge = v.object({
  account: v.string(),
  id: v.string(),
  /** Identifies the attempt: DynamoDB's client repeats a write if it got no answer. */
  by: v.string(),
  expiresAt: v.number(),
});

/** A solved challenge that has been used. It can't be used again. */
export const spentChallenges = entity({
  type: 'spent_challenge',
  schema: SpentChallenge,
  key: ({ account, id }: Pick<v.InferOutput<typeof SpentChallenge>, 'account' | 'id'>) => ({
    pk: `A#${account}#CHALLENGE#${id}`,
    sk: 'SPENT',
  }),
});

const Wording = v.object({
  account: v.string(),
  hash: v.string(),
  text: v.string(),
  version: v.string(),
  at: v.string(),
});

/** A text that people consented to, by its hash, which evidence contains. */
export const wordings = entity({
  type: 'consent_wording',
  schema: Wording,
  key: ({ account, hash }: Pick<v.InferOutput<typeof Wording>, 'account' | 'hash'>) => ({
    pk: `A#${account}#WORDING#${hash}`,
    sk: 'WORDING',
  }),
});
