import * as v from 'valibot';
import type { RequestContext } from '../platform/http/context.ts';

/** A TC string for a thousand vendors has some 1,000 characters. */
const MAX_TC_STRING = 4_096;
const INVALID_TC_STRING = 'Not a TC string of version 2, as the consent platform of a page gives it (tcString).';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Six bits per character, the version first: `C` is 2. A core segment has at least 213 bits. */
const TC_STRING = /^C[\w-]{35,}(\.[\w-]+)*$/;
const DECISECONDS_IN_YEAR = 10 * 60 * 60 * 24 * 365.25;

/** Checks the times in the header: between the specification and the end of the century. */
const isTcString = (text: string): boolean => {
  if (!TC_STRING.test(text)) return false;
  const bits = [...text.slice(0, 13)].map((one) => ALPHABET.indexOf(one).toString(2).padStart(6, '0')).join('');
  const [created = 0, updated = 0] = [bits.slice(6, 42), bits.slice(42, 78)].map((part) => Number.parseInt(part, 2));
  return [created, updated].every((time) => {
    const year = 1970 + time / DECISECONDS_IN_YEAR;
    return year >= 2019 && year < 2100;
  });
};

/** Stored unchanged. Its readers interpret what it allows. */
const TcString = v.pipe(
  v.string(),
  v.maxLength(MAX_TC_STRING, `Longer than ${MAX_TC_STRING} characters.`),
  v.check(isTcString, INVALID_TC_STRING),
);

const storage = v.nullish(v.picklist(['granted', 'denied'], 'Google consent mode says granted or denied.'));

/** The state of Google consent mode. `wait_for_update` and `region` are no consent and are not stored. */
const ConsentMode = v.object({
  ad_storage: storage,
  ad_user_data: storage,
  ad_personalization: storage,
  analytics_storage: storage,
  functionality_storage: storage,
  personalization_storage: storage,
  security_storage: storage,
  wait_for_update: v.optional(v.unknown()),
  region: v.optional(v.unknown()),
});

/** The member `signals` of a request: what the browser and the page's consent platform signal. */
export const SignalsBody = v.nullish(
  v.strictObject({
    /** The value of `navigator.globalPrivacyControl`. Absent and false mean no signal. */
    gpc: v.nullish(v.boolean()),
    tc_string: v.nullish(TcString),
    google_consent_mode: v.nullish(ConsentMode),
  }),
);
type SignalsBody = v.InferOutput<typeof SignalsBody>;

/** Stored signals. */
export const Signals = v.object({
  gpc: v.optional(v.literal(true)),
  tcString: v.optional(v.string()),
  consentMode: v.optional(v.record(v.string(), v.picklist(['granted', 'denied']))),
});
export type Signals = v.InferOutput<typeof Signals>;

/** Signals in responses, as they were received. */
export const SignalsView = v.object({
  gpc: v.boolean(),
  tc_string: v.nullable(v.string()),
  google_consent_mode: v.nullable(v.record(v.string(), v.string())),
});

/** Reads the signals in a request's body. Undefined if there are none. */
export const bodySignals = (body: SignalsBody): Signals | undefined => {
  const consentMode = Object.entries(body?.google_consent_mode ?? {}).flatMap(([name, value]) =>
    value === 'granted' || value === 'denied' ? [[name, value] as const] : [],
  );
  const tcString = body?.tc_string;
  if (!body?.gpc && !tcString && consentMode.length === 0) return undefined;
  return {
    ...(body?.gpc && { gpc: true }),
    ...(tcString && { tcString }),
    ...(consentMode.length > 0 && { consentMode: Object.fromEntries(consentMode) }),
  };
};

type Caller = Pick<RequestContext, 'caller' | 'hasGpc'>;

/** Adds the `Sec-GPC` header. It only counts for calls from browsers, not from a shop's server. */
export const withGpcHeader = (signals: Signals | undefined, { caller, hasGpc }: Caller): Signals | undefined =>
  hasGpc && caller.kind !== 'key' ? { ...signals, gpc: true } : signals;

/** Reads the signals in the body and the `Sec-GPC` header of a request. Undefined if there are none. */
export const readSignals = (body: SignalsBody, context: Caller): Signals | undefined =>
  withGpcHeader(bodySignals(body), context);

export const signalsView = ({ gpc, tcString, consentMode }: Signals): v.InferOutput<typeof SignalsView> => ({
  gpc: gpc ?? false,
  tc_string: tcString ?? null,
  google_consent_mode: consentMode ?? null,
});
