import * as v from 'valibot';
import { isSameAddress } from '../../../model/email.ts';
import { withUtcOffset, withUtcOffsetOrNull } from '../../../model/offset-time.ts';
import type { Profile } from '../../profiles/records/profile.ts';
import type { Consent, Topic } from '../records/consent.ts';
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

/** The `subscriptions` attribute of a profile, as Klaviyo's API has it (revision 2026-07-15). */
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

/** All that is stored of one profile's consent. */
export interface Known {
  readonly consents: readonly Consent[];
  /** Of its e-mail address. */
  readonly suppressions: readonly Suppression[];
  readonly optOuts: readonly ListOptOut[];
}

export const subscriptionsView = (profile: Profile, { consents, suppressions, optOuts }: Known): Subscriptions => {
  const find = (channel: Topic['channel'], type: Topic['type']) => {
    const found = consents.find((one) => one.channel === channel && one.purpose === type);
    return found && isOf(found, profile) ? found : undefined;
  };
  const email = find('email', 'marketing');
  const smsMarketing = find('sms', 'marketing');
  const smsTransactional = find('sms', 'transactional');
  const push = find('push', 'marketing');
  const phone = (type: Topic['type']) => {
    const found = find('whatsapp', type);
    return { ...permissionOf(found), phone_number: found?.address?.value ?? null };
  };
  return {
    email: {
      marketing: {
        // Klaviyo lets e-mail go to those who never said anything; a shop that wants an opt-in reads `consent`.
        can_receive_email_marketing:
          profile.email !== undefined && suppressions.length === 0 && email?.status !== 'UNSUBSCRIBED',
        ...toldBy(email),
        custom_method_detail: email?.evidence.source ?? null,
        double_optin: email ? (email.doubleOptIn ?? false) : null,
        suppression: suppressions.map(({ reason, at }) => ({ reason, timestamp: withUtcOffset(at) })),
        list_suppressions: optOuts.map(({ listId, at }) => ({
          list_id: listId,
          reason: 'UNSUBSCRIBE',
          timestamp: withUtcOffset(at),
        })),
      },
      open_tracking: permissionOf(find('email', 'open_tracking')),
      click_tracking: permissionOf(find('email', 'click_tracking')),
    },
    sms: {
      marketing: { can_receive_sms_marketing: isSubscribed(smsMarketing), ...toldBy(smsMarketing) },
      transactional: { can_receive_sms_transactional: isSubscribed(smsTransactional), ...toldBy(smsTransactional) },
    },
    mobile_push: {
      marketing: {
        can_receive_push_marketing: isSubscribed(push),
        consent: push?.status ?? 'NEVER_SUBSCRIBED',
        consent_timestamp: withUtcOffsetOrNull(push?.at),
      },
    },
    whatsapp: {
      marketing: phone('marketing'),
      transactional: phone('transactional'),
      conversational: phone('conversational'),
    },
  };
};

/**
 * Whether what holds for a topic concerns the profile as it is now. An opt-in is to one address and doesn't pass to the
 * next; an opt-out is the person's.
 */
export const isOf = ({ status, address }: Pick<Consent, 'status' | 'address'>, profile: Profile): boolean =>
  status !== 'SUBSCRIBED' || address === undefined || isSameAddress(profile[address.kind], address.value);

const isSubscribed = (consent: Consent | undefined): boolean => consent?.status === 'SUBSCRIBED';

const toldBy = (consent: Consent | undefined) => ({
  consent: consent?.status ?? ('NEVER_SUBSCRIBED' as const),
  consent_timestamp: withUtcOffsetOrNull(consent?.at),
  last_updated: withUtcOffsetOrNull(consent?.recordedAt),
  method: consent?.evidence.method.toUpperCase() ?? null,
  method_detail: consent ? (consent.evidence.methodDetail ?? '') : null,
});

const permissionOf = (consent: Consent | undefined) => ({
  consent: consent?.status ?? ('NEVER_SUBSCRIBED' as const),
  consent_timestamp: withUtcOffsetOrNull(consent?.at),
  last_updated: withUtcOffsetOrNull(consent?.recordedAt),
  created_timestamp: withUtcOffsetOrNull(consent?.createdAt),
  metadata: null,
  can_receive: isSubscribed(consent),
  valid_until: null,
});
