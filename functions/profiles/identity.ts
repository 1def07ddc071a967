import * as v from 'valibot';
import { settingsIn } from '../accounts/checks.ts';
import { maxBytes, Text } from '../text.ts';
import { placeholderProblem } from './blocked.ts';
import { canonicalEmail } from './email.ts';
import { integersAsText } from './integer-id.ts';
import { toE164 } from './phone.ts';

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

/** Of the whole address, which the local part may fill; a label of a domain has at most 63 characters. */
const EMAIL =
  /^[^\s\p{C}@"(),:;<>[\]\\.]+(\.[^\s\p{C}@"(),:;<>[\]\\.]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/u;

/** Compared without regard to case, as every mailbox provider of note does, and to the spelling of the domain. */
export const Email = v.pipe(
  v.string(),
  v.check((text) => text.length <= MAX_RAW_LENGTH, `An e-mail address has at most ${MAX_EMAIL_BYTES} bytes.`),
  v.trim(),
  v.transform(canonicalEmail),
  maxBytes(MAX_EMAIL_BYTES, `An e-mail address has at most ${MAX_EMAIL_BYTES} bytes.`),
  v.regex(EMAIL, 'Not an e-mail address, such as ada@example.com.'),
);

export const PhoneNumber = v.pipe(
  v.string(),
  v.trim(),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const number = value.startsWith('+') ? toE164(value) : undefined;
    if (number !== undefined) return number;
    addIssue({ message: 'Not a phone number in E.164, such as +4930123456: a plus, the country code, digits.' });
    return NEVER;
  }),
);

export const ExternalId = integersAsText(opaque('external_id'));
export const AnonymousId = opaque('anonymous_id');
