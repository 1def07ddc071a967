import * as v from 'valibot';
import { maxBytes, Text, trimInvisible } from '../platform/validation/text.ts';
import { placeholderProblem } from './blocked.ts';
import { recordDoubtfulPhone, settingsOf } from './checks.ts';
import { canonicalEmail, emailProblem, wasAcceptedEarlier } from './email.ts';
import { acceptIntegers } from './integer-id.ts';
import { phoneProblem, readPhoneNumber } from './phone/phone.ts';
import { placeholderReason } from './placeholders.ts';

/**
 * The kinds of identifiers, strongest first. If a request has identifiers of several profiles, the strongest identifier
 * decides. (A profile's own id is stronger still.)
 */
export const identifierKinds = ['external_id', 'email', 'phone_number', 'anonymous_id'] as const;
export type IdentifierKind = (typeof identifierKinds)[number];

/** Normalized identifiers, as they are compared and stored. */
export type Identifiers = { readonly [kind in IdentifierKind]?: string };

const MAX_ID_BYTES = 255;
const MAX_EMAIL_BYTES = 254;

/**
 * Whitespace around an identifier is allowed, but normalizing takes time that grows with the square of a run of
 * combining marks: 100,000 of them take four seconds. The length is therefore checked first, and longer texts are not
 * processed.
 */
const MAX_RAW_LENGTH = 1_000;

/** An identifier without a format of its own. In requests, placeholders are reported at their place. */
const opaqueId = (kind: IdentifierKind) =>
  v.pipe(
    Text,
    v.check((text) => text.length <= MAX_RAW_LENGTH, `${kind} has more than ${MAX_ID_BYTES} bytes.`),
    v.trim(),
    v.normalize('NFC'),
    v.nonEmpty(`${kind} is empty. Leave it out, or send null to clear it.`),
    maxBytes(MAX_ID_BYTES, `${kind} has more than ${MAX_ID_BYTES} bytes.`),
    v.rawCheck(({ dataset, config, addIssue }) => {
      const settings = settingsOf(config);
      const problem = settings && dataset.typed && placeholderProblem(kind, dataset.value, settings);
      if (problem) addIssue({ message: problem });
    }),
  );

const TOO_LONG_EMAIL = `An e-mail address has at most ${MAX_EMAIL_BYTES} bytes.`;

/** Compared without regard to case, like every major mailbox provider does, and to the spelling of the domain. */
const RawEmail = v.pipe(
  v.string(),
  v.check((text) => text.length <= MAX_RAW_LENGTH, TOO_LONG_EMAIL),
  v.transform((text) => canonicalEmail(trimInvisible(text))),
  maxBytes(MAX_EMAIL_BYTES, TOO_LONG_EMAIL),
);

export const Email = v.pipe(
  RawEmail,
  v.rawCheck(({ dataset, config, addIssue }) => {
    if (!dataset.typed) return;
    const settings = settingsOf(config);
    const problem = emailProblem(dataset.value);
    // The only placeholder inside an address is a template, which the account may allow.
    const message = problem
      ? (placeholderReason('email', dataset.value) ?? problem)
      : settings && placeholderProblem('email', dataset.value, settings);
    if (message) addIssue({ message });
  }),
);

/** An address that an earlier version may have accepted. Only for finding its owner. */
export const LegacyEmail = v.pipe(
  RawEmail,
  v.check(wasAcceptedEarlier, 'Not an e-mail address, such as ada@example.com.'),
);

const INVALID_PHONE = 'Not a phone number in E.164, such as +4930123456: a plus, the country code, digits.';

/** A phone number. A number outside of all known numbering plans is accepted, and the response reports it. */
export const PhoneNumber = v.pipe(
  v.string(),
  v.check((text) => text.length <= MAX_RAW_LENGTH, INVALID_PHONE),
  v.rawTransform(({ dataset: { value: rawValue }, config, addIssue, NEVER }) => {
    const value = trimInvisible(rawValue);
    const phone = /^[+＋]/.test(value) ? readPhoneNumber(value) : undefined;
    if (phone?.isDoubtful) recordDoubtfulPhone(config, phone.number);
    if (phone) return phone.number;
    addIssue({ message: placeholderReason('phone_number', value) ?? phoneProblem(value) ?? INVALID_PHONE });
    return NEVER;
  }),
);

export const ExternalId = acceptIntegers(opaqueId('external_id'));
export const AnonymousId = opaqueId('anonymous_id');

/** A further identifier of a profile besides its own of that kind. It came with a merged profile. */
export const Alias = v.object({ kind: v.picklist(identifierKinds), value: v.string() });
export type Alias = v.InferOutput<typeof Alias>;
