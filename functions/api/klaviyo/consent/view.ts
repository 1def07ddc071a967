import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import type { TimelineEntry } from '../../../domains/consent/ledger/timeline.ts';
import {
  Channel,
  ConsentType,
  type Evidence,
  type LedgerEntry,
  Status,
} from '../../../domains/consent/records/consent.ts';
import { type SuppressionEntry, SuppressionReason } from '../../../domains/consent/records/suppression.ts';
import type { ConsentAnswer } from '../../../domains/consent/state/queries.ts';
import { SignalsView, signalsView } from '../../../model/signals.ts';
import { linkTo, pageSchema, type Resource, resource } from '../../../platform/http/response/jsonapi.ts';

const text = v.nullable(v.string());
const evidence = {
  signals: v.nullable(SignalsView),
  method: text,
  method_detail: text,
  custom_source: text,
  key_id: text,
  form_id: text,
  form_version: text,
  /** The address of the page with the form. */
  page: text,
  ip: text,
  user_agent: text,
  wording: text,
  wording_version: text,
  wording_hash: text,
  basis: text,
  date_of_birth: text,
  requested_at: text,
  request_ip: text,
};

/** One entry of the ledger: a change of consent, or of a suppression of the address. */
export const LedgerEntryView = v.partial(
  v.object({
    /** `list` concerns the messages of one list. The consent to the channel stays. */
    kind: v.picklist(['consent', 'list', 'suppression']),
    channel: Channel,
    type: ConsentType,
    address: text,
    from: v.nullable(Status),
    to: v.union([Status, v.picklist(['SUPPRESSED', 'LIFTED'])]),
    reason: v.nullable(SuppressionReason),
    at: v.string(),
    recorded_at: v.string(),
    /** Whether a newer consent existed when it was recorded. It changed nothing then. */
    was_outdated: v.boolean(),
    list_id: text,
    ...evidence,
  }),
);

const ENTRY = 'consent-ledger-entry';

/** Entries are read with their profile and have no URL of their own. */
export const Ledger = pageSchema(v.object({ type: v.literal(ENTRY), id: v.string(), attributes: LedgerEntryView }));

export const ledgerEntryView = (
  line: TimelineEntry,
  context: Pick<Context, 'origin'>,
  fields: Readonly<Record<string, readonly string[]>> = {},
) => {
  const attributes =
    line.kind === 'suppression' ? ofSuppression(line.entry) : { ...ofConsent(line.entry), kind: line.kind };
  const { links: _, ...entry } = resource({ type: ENTRY, id: line.entry.id, path: '', attributes }, context, fields);
  return entry;
};

const ofConsent = ({ channel, purpose, from, to, at, recordedAt, isLate, address, listId, evidence }: LedgerEntry) => ({
  kind: 'consent',
  channel,
  type: purpose,
  address: address?.value ?? null,
  from,
  to,
  reason: null,
  at,
  recorded_at: recordedAt,
  was_outdated: isLate ?? false,
  list_id: listId ?? null,
  ...ofEvidence(evidence),
});

const ofSuppression = ({ address, reason, to, at, recordedAt, evidence }: SuppressionEntry) => ({
  kind: 'suppression',
  channel: 'email',
  type: 'marketing',
  address: address.value,
  from: null,
  to,
  reason,
  at,
  recorded_at: recordedAt,
  was_outdated: false,
  list_id: null,
  ...ofEvidence(evidence),
});

const ofEvidence = (evidence: Partial<Evidence> = {}) => ({
  method: evidence.method ?? null,
  method_detail: evidence.methodDetail ?? null,
  custom_source: evidence.source ?? null,
  key_id: evidence.keyId ?? null,
  form_id: evidence.formId ?? null,
  form_version: evidence.formVersion ?? null,
  page: evidence.page ?? null,
  ip: evidence.ip ?? null,
  user_agent: evidence.userAgent ?? null,
  wording: evidence.wording ?? null,
  wording_version: evidence.wordingVersion ?? null,
  wording_hash: evidence.wordingHash ?? null,
  basis: evidence.basis ?? null,
  date_of_birth: evidence.dateOfBirth ?? null,
  signals: evidence.signals ? signalsView(evidence.signals) : null,
  requested_at: evidence.request?.at ?? null,
  request_ip: evidence.request?.ip ?? null,
});

const entryDocument = v.object({ id: v.string(), attributes: LedgerEntryView });

/** Whether a person may be contacted at a point in time, with the proof. */
export const ConsentAnswerView = v.partial(
  v.object({
    channel: Channel,
    type: ConsentType,
    at: v.string(),
    allowed: v.boolean(),
    because: v.picklist(['subscribed', 'unsubscribed', 'never_subscribed', 'suppressed', 'address_changed']),
    consent: Status,
    address: text,
    entry: v.nullable(entryDocument),
    suppressions: v.array(entryDocument),
  }),
);

export const consentAnswerView = (answer: ConsentAnswer, context: Pick<Context, 'origin'>): Resource => {
  const { profileId, channel, type, at, allowed, because, consent, entry, suppressions } = answer;
  const time = at.toISOString();
  const whole = resource(
    {
      type: 'consent-answer',
      id: `${profileId}:${channel}:${type}:${time}`,
      path: `/api/profiles/${encodeURIComponent(profileId)}/consent`,
      attributes: {
        channel,
        type,
        at: time,
        allowed,
        because,
        consent,
        address: entry?.address?.value ?? null,
        entry: entry ? { id: entry.id, attributes: ofConsent(entry) } : null,
        suppressions: suppressions.map((one) => ({ id: one.id, attributes: ofSuppression(one) })),
      },
    },
    context,
  );
  const self = `${linkTo(context.origin, '/api/profiles', profileId)}consent/?channel=${channel}&type=${type}&at=${time}`;
  return { ...whole, links: { self } };
};
