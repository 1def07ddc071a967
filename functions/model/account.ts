import * as v from 'valibot';
import { RateLimits } from '../platform/http/throttle.ts';
import { Language } from './language.ts';
import { isPlaceholder } from './placeholders.ts';

export const OptInProcess = v.picklist(['single_opt_in', 'double_opt_in']);
export type OptInProcess = v.InferOutput<typeof OptInProcess>;

export const OnSeveralProfiles = v.picklist(['refuse', 'merge']);

const StrongestIdentifier = v.picklist(['external_id', 'email']);

const required = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));
const upTo = (max: number) => v.optional(required(max));

/** A merge moves every identifier in one transaction, which has a hundred writes at most. */
const IdentifierCaps = v.strictObject({
  external_id: upTo(10),
  email: upTo(10),
  phone_number: upTo(10),
  anonymous_id: upTo(25),
  merged: upTo(25),
});

/** Confirmation mails in an hour. One item counts for a list, which takes no more than a partition does. */
const ConfirmationLimits = v.strictObject({ address: upTo(100), ip: upTo(10_000), list: upTo(500_000) });

/** Whose subscriptions are looked at: nobody's, those of forms and browsers, or those by a key too. */
const Checked = v.picklist(['off', 'public', 'everywhere']);
export type Checked = v.InferOutput<typeof Checked>;

/** Mailboxes that are full or away: how many of their bounces within how many days are taken for one that is gone. */
const SoftBounces = v.union([v.literal('ignore'), v.strictObject({ count: required(100), days: required(90) })]);

const Placeholder = v.pipe(
  v.string(),
  v.check(
    isPlaceholder,
    (issue) => `'${issue.input}' is no placeholder: nothing refuses it unless blockedIdentifiers does.`,
  ),
);

/** What an account decides for itself. Each has a default, and is changed by `admin accounts set`. */
export const accountSettings = {
  /** Of lists that have none of their own, and of consent without a list. */
  optInProcess: v.optional(OptInProcess),
  /** Whether a call by a key makes the lists that it names and that nobody has made: for ids that a shop brings along. */
  unknownLists: v.optional(v.picklist(['refuse', 'create'])),
  /** Who is younger is not subscribed to SMS, nor who doesn't tell their date of birth. @default no such gate */
  smsMinimumAge: upTo(120),
  /** Where numbers without a plus are dialled in files whose rows tell no country. */
  phoneCountry: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'A country is written as its code, such as DE.'))),
  /** What becomes of rows in files that say somebody subscribed, and nothing says when or why. */
  unprovedConsent: v.optional(v.picklist(['refuse', 'import_profile'])),
  /** Of pages and mails. By default what the browser asks for, else English. */
  pageLanguage: v.optional(Language),
  pageLogo: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^https:\/\/[^\s;,'"]+$/, 'A logo has an https address, without spaces, quotes, commas and semicolons.'),
    ),
  ),
  /** Of buttons; the text on it is black or white, whichever can be read. */
  pageColor: v.optional(v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/i, 'A colour is written as #1a2b3c.'))),
  /** What people agree to when they subscribe, in place of our own sentence. */
  pageConsent: v.optional(v.pipe(v.string(), v.maxLength(1_000, 'At most 1,000 characters.'))),
  /** What the link in a mail to one list ends by itself; on the page people can choose. */
  unsubscribeFrom: v.optional(v.picklist(['everything', 'list'])),
  /** Confirmation mails that may be asked for in an hour: by address, by network of a public caller, by list. */
  confirmationLimits: v.optional(ConfirmationLimits),
  /** Where subscribing takes some work of the browser: on the pages, or by the public API too. */
  proofOfWork: v.optional(v.picklist(['off', 'form', 'everywhere'])),
  /** Refuses addresses of domains whose mailboxes are for ten minutes. */
  refuseDisposable: v.optional(Checked),
  /** Refuses addresses of domains that take no mail, by asking the DNS. */
  checkMailDomain: v.optional(Checked),
  /** After how many soft bounces an address is suppressed. */
  softBounces: v.optional(SoftBounces),
  /** Below every page: who the shop is. */
  pageFooter: v.optional(v.pipe(v.string(), v.maxLength(1_000, 'At most 1,000 characters.'))),
  /** Which identifier tells most of a person: by a weaker one nobody gets another value of it. `external_id` by default. */
  strongestIdentifier: v.optional(StrongestIdentifier),
  /** Whether a call that names identifiers of several profiles merges them, or is refused. */
  onSeveralProfiles: v.optional(OnSeveralProfiles),
  /** Values that are nobody's, besides placeholders such as `null`. Compared without regard to case. */
  blockedIdentifiers: v.optional(v.array(v.string())),
  /** Placeholders that are somebody's here: a customer whose number is 0. What is blocked as well stays blocked. */
  allowedIdentifiers: v.optional(v.array(Placeholder)),
  /** Whether members of a request that nobody knows are refused, or left out and listed in a header. */
  unknownMembers: v.optional(v.picklist(['refuse', 'ignore'])),
  /** How many identifiers of a kind one profile may come to hold, and how many profiles may be merged into it. */
  identifierCaps: v.optional(IdentifierCaps),
};

/** One shop. Its id is public: browsers name it as `company_id`. */
export const Account = v.object({
  id: v.string(),
  name: v.string(),
  timezone: v.string(),
  createdAt: v.string(),
  /** Of all its public endpoints together. */
  publicLimits: v.optional(RateLimits),
  /** Somebody was erased: whom a call would make is looked up among those first. */
  hasErased: v.optional(v.boolean()),
  /** Made by the smoke test, and removed by it. */
  isTest: v.optional(v.boolean()),
  ...accountSettings,
});
export type Account = v.InferOutput<typeof Account>;

/** The account that needs no naming: the only one, whether or not a smoke test has one of its own meanwhile. */
export const soleAccount = (accounts: readonly Account[]): Account | undefined => {
  const [only, another] = accounts.filter(({ isTest }) => isTest !== true);
  return another ? undefined : only;
};

/** What somebody who subscribes has to do: by the list's own setting, else the account's. */
export const optInProcessOf = (
  account: Pick<Account, 'optInProcess'>,
  list?: { readonly optInProcess?: OptInProcess | undefined },
): OptInProcess => list?.optInProcess ?? account.optInProcess ?? 'single_opt_in';

export const ApiKey = v.object({
  account: v.string(),
  /** SHA-256 of the key. The key itself is shown once and kept nowhere; 200 random bits need no salt. */
  hash: v.string(),
  id: v.string(),
  name: v.string(),
  lastFour: v.string(),
  /** `resource:read`, `resource:write`, `resource:*` or `*`. */
  scopes: v.array(v.string()),
  createdAt: v.string(),
  revokedAt: v.optional(v.string()),
  limits: v.optional(RateLimits),
});
export type ApiKey = v.InferOutput<typeof ApiKey>;

/** Whether the scopes of a key allow what a route asks. */
export const allows = (granted: readonly string[], needed: string): boolean => {
  const [resource] = needed.split(':');
  return granted.includes('*') || granted.includes(needed) || granted.includes(`${resource}:*`);
};

const KEY = /^pk_([A-Za-z0-9]{6})_[A-Za-z0-9]{40}$/;

/** A key names its account, so that looking it up reads one partition of that account. */
export const accountOfKey = (key: string): string | undefined => KEY.exec(key)?.[1];

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** Text of the given length from random bytes (at least as many), free of look-alike characters. */
export const readable = (bytes: Uint8Array, length: number): string =>
  Array.from(bytes.subarray(0, length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
