import * as v from 'valibot';
import { RateLimits } from '../platform/http/throttle.ts';
import { Language } from './language.ts';
import { isPlaceholder } from './placeholders.ts';
import { WebsiteOrigin } from './web/website-origin.ts';

export const OptInProcess = v.picklist(['single_opt_in', 'double_opt_in']);
export type OptInProcess = v.InferOutput<typeof OptInProcess>;

export const OnSeveralProfiles = v.picklist(['refuse', 'merge']);

const StrongestIdentifier = v.picklist(['external_id', 'email']);

const positiveInteger = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));
const optionalUpTo = (max: number) => v.optional(positiveInteger(max));

/** A merge moves every identifier in one transaction, which is limited to a hundred writes. */
const IdentifierCaps = v.strictObject({
  external_id: optionalUpTo(10),
  email: optionalUpTo(10),
  phone_number: optionalUpTo(10),
  anonymous_id: optionalUpTo(25),
  merged: optionalUpTo(25),
});

/** Confirmation mails per hour. One item counts for a list, and its partition limits the writes. */
const ConfirmationLimits = v.strictObject({
  address: optionalUpTo(100),
  ip: optionalUpTo(10_000),
  list: optionalUpTo(500_000),
});

/** Which subscriptions to check: none, those of forms and browsers, or also those with an API key. */
const CheckScope = v.picklist(['off', 'public', 'everywhere']);
export type CheckScope = v.InferOutput<typeof CheckScope>;

/** Soft bounces: how many within how many days count as a hard bounce. */
const SoftBounces = v.union([
  v.literal('ignore'),
  v.strictObject({ count: positiveInteger(100), days: positiveInteger(90) }),
]);

const Placeholder = v.pipe(
  v.string(),
  v.check(
    isPlaceholder,
    (issue) => `'${issue.input}' is not a placeholder. To refuse it, add it to blockedIdentifiers.`,
  ),
);

/** How often a network may call: requests per second within one process, and per minute in total. */
const NetworkLimits = v.strictObject({ burst: positiveInteger(10_000), steady: positiveInteger(1_000_000) });

const ScriptFileName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9_-]{0,40}\.js$/, 'A script has a name such as shop.js: small letters, digits, - and _.'),
);

const metricName = v.pipe(
  v.string(),
  v.regex(/\S/, 'The name of an event or a metric is not empty.'),
  v.maxLength(127, 'The name of an event or a metric has at most 127 characters.'),
);

const SegmentMetrics = v.pipe(
  v.record(metricName, metricName),
  v.check((metrics) => Object.keys(metrics).length <= 200, 'At most 200 events.'),
);

const BackInStock = v.strictObject({ peoplePerUnit: positiveInteger(10_000), waitMinutes: positiveInteger(10_080) });

/** The names under which the scripts are served, for pages whose visitors block known names. */
const ScriptNames = v.pipe(
  v.strictObject({ tracker: ScriptFileName, forms: ScriptFileName }),
  v.check(({ tracker, forms }) => tracker !== forms, 'The two scripts need different names.'),
);

/** The settings of an account. Each has a default, and `admin accounts set` changes it. */
export const accountSettings = {
  /** For lists without a setting of their own, and for consent without a list. */
  optInProcess: v.optional(OptInProcess),
  /** Whether a call with an API key creates unknown lists, for shops that bring their own ids. */
  unknownLists: v.optional(v.picklist(['refuse', 'create'])),
  /** Younger people, and people without a date of birth, cannot subscribe to SMS. @default no minimum */
  smsMinimumAge: optionalUpTo(120),
  /** The country of phone numbers without a plus, in files whose rows have no country. */
  phoneCountry: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'A country is written as its code, such as DE.'))),
  /** How to import rows that claim a subscription without a time or a source. */
  unprovedConsent: v.optional(v.picklist(['refuse', 'import_profile'])),
  /** The language of pages and mails. @default the browser's, or English */
  pageLanguage: v.optional(Language),
  pageLogo: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^https:\/\/[^\s;,'"]+$/, 'A logo has an https address, without spaces, quotes, commas and semicolons.'),
    ),
  ),
  /** The color of buttons. Their text is black or white, for contrast. */
  pageColor: v.optional(v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/i, 'A color is written as #1a2b3c.'))),
  /** The text that people agree to when they subscribe. Replaces the default text. */
  pageConsent: v.optional(v.pipe(v.string(), v.maxLength(1_000, 'At most 1,000 characters.'))),
  /** What the unsubscribe link in a mail to one list ends immediately. The page offers other choices. */
  unsubscribeFrom: v.optional(v.picklist(['everything', 'list'])),
  /** The limits for confirmation mails per hour: per address, per network of a public caller, and per list. */
  confirmationLimits: v.optional(ConfirmationLimits),
  /** Where subscribing requires a proof of work: on pages only, or also in the public API. */
  proofOfWork: v.optional(v.picklist(['off', 'form', 'everywhere'])),
  /** Refuses addresses at disposable mail domains. */
  refuseDisposable: v.optional(CheckScope),
  /** Refuses addresses at domains that accept no mail, according to the DNS. */
  checkMailDomain: v.optional(CheckScope),
  /** The number of soft bounces after which an address is suppressed. */
  softBounces: v.optional(SoftBounces),
  /** The footer of every page: the shop's legal name and address. */
  pageFooter: v.optional(v.pipe(v.string(), v.maxLength(1_000, 'At most 1,000 characters.'))),
  /**
   * The strongest identifier. A request that finds a profile by a weaker one cannot replace it. @default external_id
   */
  strongestIdentifier: v.optional(StrongestIdentifier),
  /** Whether a request with identifiers of several profiles merges them or is refused. */
  onSeveralProfiles: v.optional(OnSeveralProfiles),
  /** Values that are never identifiers, besides placeholders such as `null`. Compared without regard to case. */
  blockedIdentifiers: v.optional(v.array(v.string())),
  /** Placeholders that this account accepts as identifiers, such as customer number 0. Blocked values stay blocked. */
  allowedIdentifiers: v.optional(v.array(Placeholder)),
  /** Whether unknown members of a request are refused, or ignored and listed in a header. */
  unknownMembers: v.optional(v.picklist(['refuse', 'ignore'])),
  /**
   * Whether public calls may change attributes of a profile that they name by e-mail address, phone number or external
   * id, which anybody can claim, or only add missing ones. @default add
   */
  publicChanges: v.optional(v.picklist(['add', 'overwrite'])),
  /** The websites whose pages may make public calls. Calls without an `Origin` header are not affected. @default all */
  websites: v.optional(v.pipe(v.array(WebsiteOrigin), v.maxLength(100))),
  /** Whether the script of a website waits for the consent of a visitor, or assumes it. @default required */
  trackingConsent: v.optional(v.picklist(['required', 'assumed'])),
  /** Whether the script tracks visits of pages by itself. @default on */
  pageTracking: v.optional(v.picklist(['on', 'off'])),
  /** Whether the script keeps what a visitor does, and sends it once they say who they are. @default off */
  anonymousBackfill: v.optional(v.picklist(['on', 'off'])),
  /** The domain of the cookie. @default the widest that the browser allows */
  cookieDomain: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'A domain is written as shop.example.')),
  ),
  scriptNames: v.optional(ScriptNames),
  /** How many people are notified at once that a product is back, per unit in stock, and when the next. @default all */
  backInStock: v.optional(BackInStock),
  /** The metrics of events that Segment's clients send, by event. Others have their default, or their own name. */
  segmentMetrics: v.optional(SegmentMetrics),
  /** The limits for public calls of one network. @default 350 a second, 3,000 a minute */
  networkLimits: v.optional(NetworkLimits),
  /** The address for mails about the account's webhooks. @default no mails */
  ownerEmail: v.optional(v.pipe(v.string(), v.email('An address is written as name@shop.example.'), v.maxLength(254))),
  /** How many identifiers of a kind a profile may have, and how many profiles may be merged into it. */
  identifierCaps: v.optional(IdentifierCaps),
};

/** One shop. Its id is public: browsers send it as `company_id`. */
export const Account = v.object({
  id: v.string(),
  name: v.string(),
  timezone: v.string(),
  createdAt: v.string(),
  /** The limit for all public endpoints together. */
  publicLimits: v.optional(RateLimits),
  /** Whether anybody was erased: new profiles are then checked against the erased identifiers. */
  hasErased: v.optional(v.boolean()),
  /** Until when somebody looks at what comes in: processes then report it. */
  liveUntil: v.optional(v.string()),
  /** Whether the smoke test created it. The test also removes it. */
  isTest: v.optional(v.boolean()),
  ...accountSettings,
});
export type Account = v.InferOutput<typeof Account>;

/** The only account of a deployment, ignoring the smoke test's, so that commands need no account id. */
export const soleAccount = (accounts: readonly Account[]): Account | undefined => {
  const [only, second] = accounts.filter(({ isTest }) => isTest !== true);
  return second ? undefined : only;
};

/** The opt-in process of a subscription: the list's own setting, or else the account's. */
export const optInProcessOf = (
  account: Pick<Account, 'optInProcess'>,
  list?: { readonly optInProcess?: OptInProcess | undefined },
): OptInProcess => list?.optInProcess ?? account.optInProcess ?? 'single_opt_in';

export const ApiKey = v.object({
  account: v.string(),
  /** The SHA-256 of the key. The key itself is shown once and never stored. 200 random bits need no salt. */
  hash: v.string(),
  id: v.string(),
  name: v.string(),
  lastFour: v.string(),
  /** `resource:read`, `resource:write`, `resource:*` or `*`. */
  scopes: v.array(v.string()),
  createdAt: v.string(),
  revokedAt: v.optional(v.string()),
  limits: v.optional(RateLimits),
  /** To the hour. */
  lastUsedAt: v.optional(v.string()),
  /** When the key ends by itself. */
  endsAt: v.optional(v.string()),
  /** The IP addresses and networks, such as `203.0.113.0/24`, that may use the key. @default all */
  networks: v.optional(v.pipe(v.array(v.string()), v.readonly())),
  /** The websites whose pages may use the key. Programs, which send no `Origin` header, are not affected. @default all */
  origins: v.optional(v.pipe(v.array(v.string()), v.readonly())),
});
export type ApiKey = v.InferOutput<typeof ApiKey>;

/** Whether the scopes of a key include the scope that a route requires. */
export const allowsScope = (granted: readonly string[], needed: string): boolean => {
  const [resource] = needed.split(':');
  return granted.includes('*') || granted.includes(needed) || granted.includes(`${resource}:*`);
};

const API_KEY = /^pk_([A-Za-z0-9]{6})_[A-Za-z0-9]{40}$/;

/** The account id in an API key. Looking up the key then reads one partition of that account. */
export const accountOfKey = (key: string): string | undefined => API_KEY.exec(key)?.[1];

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/**
 * Converts random bytes to a text of the given length, without look-alike characters. Needs at least `length` bytes.
 */
export const toReadableText = (bytes: Uint8Array, length: number): string =>
  Array.from(bytes.subarray(0, length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
