import { canonicalEmail } from '../../../model/email.ts';
import type { Alias } from '../../../model/identity.ts';
import type { Person } from '../../../model/personal-data/person.ts';

/*
 * A payload may have any shape, or none. It names a person if one of its texts is an identifier of theirs, in whatever
 * member and spelling.
 */

interface FoundText {
  readonly text: string;
  /** The member that it is the value of. */
  readonly name: string;
}

const MAX_DEPTH = 64;
const SEPARATORS = /[\s"'<>(),:;&=|{}[\]\\]+/;

/** Every text of a payload: the values of its JSON, also of JSON in a text, and the words of what is no JSON. */
const textsIn = (payload: string): FoundText[] => {
  const found: FoundText[] = [];
  const walk = (value: unknown, name: string, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (typeof value === 'number') found.push({ text: String(value), name });
    else if (typeof value === 'string') walkText(value, name, depth);
    else if (Array.isArray(value)) for (const one of value) walk(one, name, depth + 1);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) {
        found.push({ text: key, name: '' });
        walk(one, key, depth + 1);
      }
  };
  const walkText = (text: string, name: string, depth: number): void => {
    found.push({ text, name });
    const parsed = /^\s*[[{"]/.test(text) ? parseJson(text) : undefined;
    if (parsed !== undefined && depth < MAX_DEPTH) walk(parsed, name, depth + 1);
    // Numbers have all their digits only in the text.
    if (SEPARATORS.test(text)) for (const word of text.split(SEPARATORS)) found.push({ text: decoded(word), name });
  };
  walkText(payload, '', 0);
  return found;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const decoded = (word: string): string => {
  try {
    return word.includes('%') ? decodeURIComponent(word) : word;
  } catch {
    return word;
  }
};

const MAX_IDENTIFIER = 1_000;
const asEmail = (text: string): string | undefined =>
  // Most texts have no `@`, and the pattern reads each of them twice.
  text.length <= MAX_IDENTIFIER && text.includes('@') && /^\s*[^@\s]+@[^@\s]+\s*$/.test(text)
    ? canonicalEmail(text.trim())
    : undefined;

/** The shortest national numbers that say who it is. */
const MIN_DIGITS = 7;
const MAX_DIGITS = 17;
/** The digits of a phone number without prefixes of trunks. */
const digitsOf = (text: string): string | undefined => {
  if (text.length > 100 || !/^\+?[\d\s().\-/]+$/.test(text.trim())) return undefined;
  const digits = text.replaceAll(/\D/g, '').replace(/^0+/, '');
  return digits.length >= MIN_DIGITS && digits.length <= MAX_DIGITS ? digits : undefined;
};

/** Creates a check whether a payload names a person. */
export const personMatcher = ({ profileIds, identifiers }: Person): ((payload: string) => boolean) => {
  const values = new Set([...profileIds, ...identifiers.map(({ value }) => value)]);
  const emails = new Set(identifiers.flatMap(({ kind, value }) => (kind === 'email' ? [canonicalEmail(value)] : [])));
  const phones = identifiers.flatMap(({ kind, value }) => (kind === 'phone_number' ? [value.replace('+', '')] : []));
  const isTheirs = ({ text }: FoundText): boolean => {
    if (values.has(text.trim().normalize('NFC'))) return true;
    const email = asEmail(text);
    if (email !== undefined && emails.has(email)) return true;
    const digits = phones.length > 0 ? digitsOf(text) : undefined;
    return digits !== undefined && phones.some((phone) => phone.endsWith(digits));
  };
  return (payload) => textsIn(payload).some(isTheirs);
};

/** More would cost a request more reads than its events. */
const MAX_OF_KIND = 8;
const ID_MEMBER = /(?:^|_)(?:external|anonymous|user|previous|customer|distinct)?_?id$/i;

/** What may be an identifier in a payload: a few of each kind. */
export const possibleIdentifiers = (payload: string): readonly Alias[] => {
  const found = textsIn(payload).filter(({ text }) => text.length <= MAX_IDENTIFIER);
  const distinct = (values: readonly string[]): string[] => [...new Set(values)].slice(0, MAX_OF_KIND);
  const emails = distinct(found.flatMap(({ text }) => asEmail(text) ?? []));
  const phones = distinct(
    found.flatMap(({ text }) => {
      const digits = text.trim().startsWith('+') ? digitsOf(text) : undefined;
      return digits === undefined ? [] : [`+${digits}`];
    }),
  );
  const ids = distinct(found.flatMap(({ text, name }) => (ID_MEMBER.test(name) ? [text.trim().normalize('NFC')] : [])));
  return [
    ...emails.map((value) => ({ kind: 'email', value }) as const),
    ...phones.map((value) => ({ kind: 'phone_number', value }) as const),
    ...ids.flatMap((value) => [{ kind: 'external_id', value } as const, { kind: 'anonymous_id', value } as const]),
  ];
};
