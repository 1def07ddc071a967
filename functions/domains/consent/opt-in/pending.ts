import * as v from 'valibot';
import { identifierKinds } from '../../../model/identity.ts';
import { Language } from '../../../model/language.ts';
import { profilePk } from '../../../model/partition.ts';
import { PushTokenAttributes } from '../../../model/push-token.ts';
import { entity } from '../../../platform/table/entity.ts';
import { ProfileAttributes } from '../../profiles/records/profile.ts';
import { Channel, ConsentType, Evidence } from '../records/consent.ts';

const HOUR_MS = 3_600_000;
/** As long as the link in the mail can be used. */
export const LINK_MS = 72 * HOUR_MS;
/** As long as is remembered what became of it. */
const KEPT_MS = 30 * 24 * HOUR_MS;

/**
 * A subscription that somebody asked for, and that the owner of the address has not confirmed yet. One from a page or a
 * browser is `accepted` before it is looked whether it needs that.
 */
export const PendingOptIn = v.object({
  account: v.string(),
  id: v.string(),
  /** Empty in one that was accepted for a number alone. */
  email: v.string(),
  topics: v.array(v.object({ channel: Channel, type: ConsentType })),
  listId: v.optional(v.string()),
  /** Of one that is accepted: by list or account, e-mail has to be confirmed. */
  isDouble: v.optional(v.boolean()),
  /** What is stored of the person besides the address when they confirm. */
  person: v.optional(ProfileAttributes),
  /** Of one that is accepted: where push messages are to be sent. */
  pushTokens: v.optional(v.array(PushTokenAttributes)),
  /** Of the request. */
  evidence: Evidence,
  language: Language,
  /** Where the link in the mail leads. */
  origin: v.string(),
  requestedAt: v.string(),
  status: v.picklist(['accepted', 'pending', 'confirming', 'confirmed', 'declined']),
  /** A worker began to send the mail. */
  mailingAt: v.optional(v.string()),
  mailedAt: v.optional(v.string()),
  /** Its mail could not be sent, and why. */
  mailError: v.optional(v.string()),
  confirmedAt: v.optional(v.string()),
  /** Of the confirmation. */
  confirmation: v.optional(Evidence),
  expiresAt: v.number(),
});
export type PendingOptIn = v.InferOutput<typeof PendingOptIn>;

export const expiryOf = (requestedAt: Date): number => Math.floor((requestedAt.getTime() + KEPT_MS) / 1_000);

/** The partition that lists what was asked for an address, by age. */
export const optInsPk = (account: string, address: string): string => `A#${account}#OPTINS#${address}`;

/** What an opt-in is listed by: its address, or else what it names the person by. */
const listedBy = ({ email, person }: Pick<PendingOptIn, 'email' | 'person'>): string =>
  email || (identifierKinds.map((kind) => person?.[kind]).find((value) => value) ?? '');

export const pendingOptIns = entity({
  type: 'pending_opt_in',
  schema: PendingOptIn,
  key: ({ account, id }: Pick<PendingOptIn, 'account' | 'id'>) => ({ pk: `A#${account}#OPTIN#${id}`, sk: 'OPTIN' }),
  json: ['person', 'pushTokens'],
  indexes: ({ account, id, ...of }) => ({ gsi1: { pk: optInsPk(account, listedBy(of)), sk: id } }),
});

const ConfirmedOptIn = v.object({ account: v.string(), id: v.string(), profileId: v.string() });
type ConfirmedOptIn = v.InferOutput<typeof ConfirmedOptIn>;

/** The partition that leads from a confirmation mail to the profile that confirmed it. */
export const confirmedPk = (account: string, id: string): string => `A#${account}#OPTIN#${id}`;

/**
 * Who confirmed, for as long as they are known: the link in the mail unsubscribes them also when the opt-in is gone, and
 * when they have another address by then.
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
  /** Of callers without a key, where others are counted too. */
  by: v.optional(v.literal('public')),
  count: v.number(),
  expiresAt: v.number(),
});
export type LimitCount = v.InferOutput<typeof LimitCount>;

/** Confirmation mails that were asked for in one window of time. */
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
  /** Which try it was: DynamoDB's client sends a write again whose answer it didn't get. */
  by: v.string(),
  expiresAt: v.number(),
});

/** A proof of work that somebody has been let in by: it lets nobody in again. */
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

/** What people were shown, by its hash: evidence names it. */
export const wordings = entity({
  type: 'consent_wording',
  schema: Wording,
  key: ({ account, hash }: Pick<v.InferOutput<typeof Wording>, 'account' | 'hash'>) => ({
    pk: `A#${account}#WORDING#${hash}`,
    sk: 'WORDING',
  }),
});
