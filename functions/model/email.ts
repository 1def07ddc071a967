import { domainToASCII, domainToUnicode } from 'node:url';

/** Matches domains that need no conversion. */
const PLAIN_DOMAIN = /^[a-z0-9.-]*$/i;
const PUNYCODE = /(^|\.)xn--/i;
/** `domainToASCII` parses the host of a URL. These characters would end or decode it. */
const NOT_A_HOST = /[\s%/\\?#:@[\]^|<>]/;

/**
 * The ASCII form of a domain (UTS 46), as the DNS and SES use it. `MÜLLER.example`, `xn--mller-kva.example` and
 * full-width letters are one domain. An invalid domain is returned unchanged, for the rule that refuses it.
 */
const asciiDomain = (domain: string): string => {
  if (PLAIN_DOMAIN.test(domain) && !PUNYCODE.test(domain)) return domain.toLowerCase();
  if (NOT_A_HOST.test(domain)) return domain;
  const ascii = domainToASCII(domain);
  return ascii === '' ? domain : ascii;
};

/** Full-width characters of East Asian keyboards, which have ASCII equivalents. */
const FULL_WIDTH = /[\uff01-\uff5e\ufe6b]/g;
const toHalfWidth = (text: string): string => text.replaceAll(FULL_WIDTH, (one) => one.normalize('NFKC'));

/** Splits an address at the last `@`. */
const splitAddress = (text: string): readonly [local: string, domain: string | undefined] => {
  const at = text.lastIndexOf('@');
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
};

/**
 * The canonical spelling of an address. Addresses are compared, stored, hashed and mailed by it, without regard to
 * case.
 */
export const canonicalEmail = (text: string): string => {
  const [local, domain] = splitAddress(toHalfWidth(text));
  const normalizedLocal = local.toLowerCase().normalize('NFC');
  return domain === undefined ? normalizedLocal : `${normalizedLocal}@${asciiDomain(domain)}`;
};

const MAX_LOCAL_BYTES = 64;
const LOCAL = /^[^\s\p{C}@"(),:;<>[\]\\.]+(\.[^\s\p{C}@"(),:;<>[\]\\.]+)*$/u;
/** Typographic quotes and brackets, and the apostrophe that spreadsheets put before text. */
const QUOTED = /^'|(?![{}])[\p{Ps}\p{Pe}\p{Pi}\p{Pf}\u2032-\u2037\u00b4]/u;
/** URL-encoded characters that no address contains: a space, a quote, `<`, `:`, `@`. */
const URL_ENCODED = /%(?:[01][0-9a-f]|2[0289c]|3[abce]|40|5[b-d]|7f)/;
/** Each label has at most 63 characters. */
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
/**
 * The characters that registries allow: letters, marks, digits, the few signs of RFC 5892, and emoji in some countries.
 */
const LABEL =
  /^(?!-)(?:[\p{L}\p{M}\p{N}\u00b7\u0375\u05f3\u05f4\u30fb-]|\u200c|\u200d|(?![©®])[\p{So}\p{Sk}])+(?<!-)$/u;
const TOP_LABEL = /^(?:[\p{L}\p{M}\p{N}\u00b7-]|\u200c|\u200d)+$/u;

/** Whether an ASCII domain is the valid encoding of an international domain. */
const isInternationalDomain = (ascii: string): boolean => {
  const unicode = domainToUnicode(ascii);
  const labels = unicode.split('.');
  const areLabelsValid = labels.every((label) => LABEL.test(label) && !label.startsWith('xn--'));
  return areLabelsValid && TOP_LABEL.test(labels.at(-1) ?? '') && domainToASCII(unicode) === ascii;
};

/** The problem with an address in canonical spelling, if any. */
export const emailProblem = (email: string): string | undefined => {
  const [local, domain = ''] = splitAddress(email);
  if (Buffer.byteLength(local) > MAX_LOCAL_BYTES)
    return `An e-mail address has at most ${MAX_LOCAL_BYTES} bytes before its @.`;
  const isValid =
    LOCAL.test(local) &&
    !QUOTED.test(local) &&
    !URL_ENCODED.test(local) &&
    DOMAIN.test(domain) &&
    !isInvalidPunycode(domain);
  return isValid ? undefined : 'Not an e-mail address, such as ada@example.com.';
};

const isInvalidPunycode = (domain: string): boolean => PUNYCODE.test(domain) && !isInternationalDomain(domain);

/**
 * Whether earlier versions accepted the address. Existing profiles with such an address can still be found,
 * unsubscribed and erased. New ones cannot be created.
 */
export const wasAcceptedEarlier = (email: string): boolean => {
  const [local, domain = ''] = splitAddress(email);
  return LOCAL.test(local) && DOMAIN.test(domain);
};

/** The spelling in which earlier versions stored an address: with the original width of the local part. */
export const legacyEmail = (text: string): string => {
  const [local, domain = ''] = splitAddress(text.trim());
  return `${local.toLowerCase().normalize('NFC')}@${asciiDomain(domain)}`;
};

/** Whether a domain has two spellings. Earlier versions stored either. */
const isInternational = (domain: string): boolean => /\P{ASCII}/u.test(domain) || PUNYCODE.test(domain);

/**
 * Every spelling under which an address may be stored, the canonical one first. Earlier versions stored international
 * domains as they were received. Other addresses have one spelling.
 */
const emailSpellings = (email: string): readonly string[] => {
  const [, domain] = splitAddress(email);
  if (domain === undefined || !isInternational(domain)) return [email];
  const canonical = canonicalEmail(email);
  const [local, ascii = ''] = splitAddress(canonical);
  return [...new Set([canonical, `${local}@${domainToUnicode(ascii)}`, email])];
};

/** Every spelling under which an identifier may be stored. */
export const spellingsOf = (kind: string, value: string): readonly string[] =>
  kind === 'email' ? emailSpellings(value) : [value];

/** Expands e-mail addresses to all their spellings. */
export const withAllSpellings = <Kind extends string>(
  identifiers: readonly { readonly kind: Kind; readonly value: string }[],
) => identifiers.flatMap(({ kind, value }) => spellingsOf(kind, value).map((one) => ({ kind, value: one })));

/** Whether two addresses of one kind are equal, in any spelling. */
export const isSameAddress = (one: string | undefined, other: string | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && canonicalEmail(one) === canonicalEmail(other));
