import * as v from 'valibot';
import { maxBytes, Text, trimInvisible } from '../platform/validation/text.ts';
import { placeholderProblem } from './blocked.ts';
import { noteDoubt, settingsIn } from './checks.ts';
import { canonicalEmail, emailProblem, wasAccepted } from './email.ts';
import { integersAsText } from './integer-id.ts';
import { phoneProblem, readPhone } from './phone.ts';
import { placeholderReason } from './placeholders.ts';

/**
 * What tells one person from another, strongest first: where a call names several profiles, the one that holds its
 * strongest identifier is meant. (A profile's own id is stronger still.)
 */
export const identifierKinds = ['external_id', 'email', 'phone_number', 'anonymous_id'] as const;
export type IdentifierKind = (typeof identifierKinds)[number];

/** Normalised: as they are compared and stored. */
export type Identifiers = { readonly [kind in IdentifierKind]?: string };

const MAX_ID_BYTES = 255;
const MAX_EMAIL_BYTES = 254;

/**
 * Blanks around an identifier are no fault, but normalizing takes time that grows with the square of a run of combining
 * marks: 100,000 of them take four seconds. So the length is checked before, and a longer text is not looked at further.
 */
const MAX_RAW_LENGTH = 1_000;

/** In a request, what the account says is nobody's is a problem of its own place. */
const opaque = (kind: IdentifierKind) =>
  v.pipe(
    Text,
    v.check((text) => text.length <= MAX_RAW_LENGTH, `${kind} has more than ${MAX_ID_BYTES} bytes.`),
    v.trim(),
    v.normalize('NFC'),
    v.nonEmpty(`${kind} is empty. Leave it out, or send null to clear it.`),
    maxBytes(MAX_ID_BYTES, `${kind} has more than ${MAX_ID_BYTES} bytes.`),
    v.rawCheck(({ dataset, config, addIssue }) => {
      const settings = settingsIn(config);
      const problem = settings && dataset.typed && placeholderProblem(kind, dataset.value, settings);
      if (problem) addIssue({ message: problem });
    }),
  );

const TOO_LONG_EMAIL = `An e-mail address has at most ${MAX_EMAIL_BYTES} bytes.`;

/** Compared without regard to case, as every mailbox provider of note does, and to the spelling of the domain. */
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
    const settings = settingsIn(config);
    const problem = emailProblem(dataset.value);
    // Within an address only a template is nobody's, which the account may allow.
    const message = problem
      ? (placeholderReason('email', dataset.value) ?? problem)
      : settings && placeholderProblem('email', dataset.value, settings);
    if (message) addIssue({ message });
  }),
);

/** An address that somebody may have had since before it would be refused: only for asking who has it. */
export const KnownEmail = v.pipe(RawEmail, v.check(wasAccepted, 'Not an e-mail address, such as ada@example.com.'));

const NO_PHONE_NUMBER = 'Not a phone number in E.164, such as +4930123456: a plus, the country code, digits.';

/** A number that no numbering plan known here has is taken, and the answer tells of it. */
export const PhoneNumber = v.pipe(
  v.string(),
  v.check((text) => text.length <= MAX_RAW_LENGTH, NO_PHONE_NUMBER),
  v.rawTransform(({ dataset: { value: given }, config, addIssue, NEVER }) => {
    const value = trimInvisible(given);
    const phone = /^[+＋]/.test(value) ? readPhone(value) : undefined;
    if (phone?.isDoubtful) noteDoubt(config, phone.number);
    if (phone) return phone.number;
    addIssue({ message: placeholderReason('phone_number', value) ?? phoneProblem(value) ?? NO_PHONE_NUMBER });
    return NEVER;
  }),
);

export const ExternalId = integersAsText(opaque('external_id'));
export const AnonymousId = opaque('anonymous_id');

/** An identifier that a profile holds besides its own of that kind: it came with a profile that was merged into it. */
export const Alias = v.object({ kind: v.picklist(identifierKinds), value: v.string() });
export type Alias = v.InferOutput<typeof Alias>;
