import * as v from 'valibot';
import { isSameAddress } from '../../../model/email.ts';
import { withUtcOffset, withUtcOffsetOrNull } from '../../../model/offset-time.ts';
import type { Profile } from '../../profiles/records/profile.ts';
import type { Consent, Topic } from '../records/consent.ts';
import type { Refusal } from '../records/refusal.ts';
import type { ListOptOut } from '../records/store.ts';
import { type Suppression, SuppressionReason } from '../records/suppression.ts';

const time = v.nullable(v.string());
const text = v.nullable(v.string());
const consent = v.picklist(['SUBSCRIBED', 'UNSUBSCRIBED', 'NEVER_SUBSCRIBED']);
const consentMembers = { consent, consent_timestamp: time, last_updated: time, method: text, method_detail: text };
const permission = {
  consent,
  consent_timestamp: time,
  last_updated: time,
  created_timestamp: time,
  metadata: v.nullable(v.record(v.string(), v.unknown())),
  can_receive: v.boolean(),
  valid_until: time,
};
const whatsapp = v.object({ ...permission, phone_number: text });

/** The `subscriptions` attribute of a profile, as in Klaviyo's API (revision 2026-07-15). */
export const Subscriptions = v.object({
  email: v.object({
    marketing: v.object({
      can_receive_email_marketing: v.boolean(),
      ...consentMembers,
      custom_method_detail: text,
      double_optin: v.nullable(v.boolean()),
      suppression: v.array(v.object({ reason: SuppressionReason, timestamp: v.string() })),
      list_suppressions: v.array(v.object({ list_id: v.string(), reason: v.string(), timestamp: v.string() })),
    }),
    open_tracking: v.object(permission),
    click_tracking: v.object(permission),
  }),
  sms: v.object({
    marketing: v.object({ can_receive_sms_marketing: v.boolean(), ...consentMembers }),
    transactional: v.object({ can_receive_sms_transactional: v.boolean(), ...consentMembers }),
  }),
  mobile_push: v.object({
    marketing: v.object({ can_receive_push_marketing: v.boolean(), consent, consent_timestamp: time }),
  }),
  whatsapp: v.object({ marketing: whatsapp, transactional: whatsapp, conversational: whatsapp }),
});
export type Subscriptions = v.InferOutput<typeof Subscriptions>;

/** Everything stored about one profile's consent. */
export interface StoredConsent {
  readonly consents: readonly Consent[];
  /** The suppressions of its e-mail address. */
  readonly suppressions: readonly Suppression[];
  readonly optOuts: readonly ListOptOut[];
}

export const subscriptionsView = (
  profile: Profile,
  { consents, suppressions, optOuts }: StoredConsent,
): Subscriptions => {
  const findConsent = (channel: Topic['channel'], type: Topic['type']) => {
    const consent = consents.find((one) => one.channel === channel && one.purpose === type);
    return consent && appliesToProfile(consent, profile) ? consent : undefined;
  };
  const email = findConsent('email', 'marketing');
  const smsMarketing = findConsent('sms', 'marketing');
  const smsTransactional = findConsent('sms', 'transactional');
  const push = findConsent('push', 'marketing');
  const whatsappView = (type: Topic['type']) => {
    const consent = findConsent('whatsapp', type);
    return { ...permissionView(consent), phone_number: consent?.address?.value ?? null };
  };
  return {
    email: {
      marketing: {
        can_receive_email_marketing: emailRefusal(profile, suppressions, email) === undefined,
        ...consentView(email),
        custom_method_detail: email?.evidence.source ?? null,
        double_optin: email ? (email.doubleOptIn ?? false) : null,
        suppression: suppressions.map(({ reason, at }) => ({ reason, timestamp: withUtcOffset(at) })),
        list_suppressions: optOuts.map(({ listId, at }) => ({
          list_id: listId,
          reason: 'UNSUBSCRIBE',
          timestamp: withUtcOffset(at),
        })),
      },
      open_tracking: permissionView(findConsent('email', 'open_tracking')),
      click_tracking: permissionView(findConsent('email', 'click_tracking')),
    },
    sms: {
      marketing: { can_receive_sms_marketing: isSubscribed(smsMarketing), ...consentView(smsMarketing) },
      transactional: {
        can_receive_sms_transactional: isSubscribed(smsTransactional),
        ...consentView(smsTransactional),
      },
    },
    mobile_push: {
      marketing: {
        can_receive_push_marketing: isSubscribed(push),
        consent: push?.status ?? 'NEVER_SUBSCRIBED',
        consent_timestamp: withUtcOffsetOrNull(push?.at),
      },
    },
    whatsapp: {
      marketing: whatsappView('marketing'),
      transactional: whatsappView('transactional'),
      conversational: whatsappView('conversational'),
    },
  };
};

/**
 * Whether the state of a topic applies to the profile as it is now. An opt-in is for one address, and does not pass to
 * the next one. An opt-out is personal.
 */
export const appliesToProfile = ({ status, address }: Pick<Consent, 'status' | 'address'>, profile: Profile): boolean =>
  status !== 'SUBSCRIBED' || address === undefined || isSameAddress(profile[address.kind], address.value);

/**
 * Klaviyo allows e-mail to people who never opted in or out. A shop that requires an opt-in reads `consent`. The
 * consent is the one that applies to the profile.
 */
export const emailRefusal = (
  { email }: Pick<Profile, 'email'>,
  suppressions: readonly Suppression[],
  consent: Pick<Consent, 'status'> | undefined,
): Refusal | undefined => {
  if (email === undefined) return 'no_address';
  // An opt-out also suppresses the address.
  if (consent?.status === 'UNSUBSCRIBED') return 'unsubscribed';
  return suppressions.length > 0 ? 'suppressed' : undefined;
};

const isSubscribed = (consent: Consent | undefined): boolean => consent?.status === 'SUBSCRIBED';

const consentView = (consent: Consent | undefined) => ({
  consent: consent?.status ?? ('NEVER_SUBSCRIBED' as const),
  consent_timestamp: withUtcOffsetOrNull(consent?.at),
  last_updated: withUtcOffsetOrNull(consent?.recordedAt),
  method: consent?.evidence.method.toUpperCase() ?? null,
  method_detail: consent ? (consent.evidence.methodDetail ?? '') : null,
});

const permissionView = (consent: Consent | undefined) => ({
  consent: consent?.status ?? ('NEVER_SUBSCRIBED' as const),
  consent_timestamp: withUtcOffsetOrNull(consent?.at),
  last_updated: withUtcOffsetOrNull(consent?.recordedAt),
  created_timestamp: withUtcOffsetOrNull(consent?.createdAt),
  metadata: null,
  can_receive: isSubscribed(consent),
  valid_until: null,
});
