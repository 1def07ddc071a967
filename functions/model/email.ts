import { domainToASCII, domainToUnicode } from 'node:url';

/** What every domain looks like that needs no conversion. */
const PLAIN = /^[a-z0-9.-]*$/i;
const ENCODED = /(^|\.)xn--/i;
/** `domainToASCII` reads a host of a URL, in which these begin something else, or are decoded. */
const NO_HOST = /[\s%/\\?#:@[\]^|<>]/;

/**
 * The domain of an address as the DNS and SES have it: UTS 46, so that `MÜLLER.example`, `xn--mller-kva.example` and
 * full-width letters and dots are one domain. What is no domain stays as it is, for the rule that refuses it.
 */
const asciiDomain = (domain: string): string => {
  if (PLAIN.test(domain) && !ENCODED.test(domain)) return domain.toLowerCase();
  if (NO_HOST.test(domain)) return domain;
  const ascii = domainToASCII(domain);
  return ascii === '' ? domain : ascii;
};

/** Letters, digits and signs of East Asian keyboards, each with an ASCII one that means the same. */
const FULL_WIDTH = /[\uff01-\uff5e\ufe6b]/g;
const halfWidth = (text: string): string => text.replaceAll(FULL_WIDTH, (one) => one.normalize('NFKC'));

/** What stands before the last `@`, and behind it. */
const parts = (text: string): readonly [local: string, domain: string | undefined] => {
  const at = text.lastIndexOf('@');
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
};

/** The one spelling by which an address is compared, stored, hashed and written to, without regard to case. */
export const canonicalEmail = (text: string): string => {
  const [local, domain] = parts(halfWidth(text));
  const compared = local.toLowerCase().normalize('NFC');
  return domain === undefined ? compared : `${compared}@${asciiDomain(domain)}`;
};

const MAX_LOCAL_BYTES = 64;
const LOCAL = /^[^\s\p{C}@"(),:;<>[\]\\.]+(\.[^\s\p{C}@"(),:;<>[\]\\.]+)*$/u;
/** Quotes and brackets of print, and the quote that spreadsheets put before a text. */
const QUOTED = /^'|(?![{}])[\p{Ps}\p{Pe}\p{Pi}\p{Pf}\u2032-\u2037\u00b4]/u;
/** Characters that no address has, as they stand in a URL: a space, a quote, `<`, `:`, `@`. */
const URL_ENCODED = /%(?:[01][0-9a-f]|2[0289c]|3[abce]|40|5[b-d]|7f)/;
/** A label has at most 63 characters. */
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
/** What registries give out: letters, their marks, digits, the few signs of RFC 5892, and pictures as some countries allow. */
const LABEL =
  /^(?!-)(?:[\p{L}\p{M}\p{N}\u00b7\u0375\u05f3\u05f4\u30fb-]|\u200c|\u200d|(?![©®])[\p{So}\p{Sk}])+(?<!-)$/u;
const TOP_LABEL = /^(?:[\p{L}\p{M}\p{N}\u00b7-]|\u200c|\u200d)+$/u;

/** Whether a domain in ASCII stands for one that somebody could have registered. */
const isInternationalDomain = (ascii: string): boolean => {
  const unicode = domainToUnicode(ascii);
  const labels = unicode.split('.');
  const isSound = labels.every((label) => LABEL.test(label) && !label.startsWith('xn--'));
  return isSound && TOP_LABEL.test(labels.at(-1) ?? '') && domainToASCII(unicode) === ascii;
};

/** What is wrong with an address in its canonical spelling, if anything. */
export const emailProblem = (email: string): string | undefined => {
  const [local, domain = ''] = parts(email);
  if (Buffer.byteLength(local) > MAX_LOCAL_BYTES)
    return `An e-mail address has at most ${MAX_LOCAL_BYTES} bytes before its @.`;
  const isSound =
    LOCAL.test(local) &&
    !QUOTED.test(local) &&
    !URL_ENCODED.test(local) &&
    DOMAIN.test(domain) &&
    !isMisencoded(domain);
  return isSound ? undefined : 'Not an e-mail address, such as ada@example.com.';
};

const isMisencoded = (domain: string): boolean => ENCODED.test(domain) && !isInternationalDomain(domain);

/**
 * Whether earlier versions took it for an address. By such ones people are still found, unsubscribed and erased, though
 * nobody comes to have one any more.
 */
export const wasAccepted = (email: string): boolean => {
  const [local, domain = ''] = parts(email);
  return LOCAL.test(local) && DOMAIN.test(domain);
};

/** As earlier versions stored it: what stands before the `@` in the width that it came in. */
export const formerEmail = (text: string): string => {
  const [local, domain = ''] = parts(text.trim());
  return `${local.toLowerCase().normalize('NFC')}@${asciiDomain(domain)}`;
};

/** Whether a domain has two spellings, of which an earlier version stored the other one too. */
const isInternational = (domain: string): boolean => /\P{ASCII}/u.test(domain) || ENCODED.test(domain);

/**
 * Every spelling under which an address may be stored, the canonical one first: before addresses were compared by it,
 * they were stored as they came. One, and no work, for all but international domains.
 */
const emailSpellings = (email: string): readonly string[] => {
  const [, domain] = parts(email);
  if (domain === undefined || !isInternational(domain)) return [email];
  const canonical = canonicalEmail(email);
  const [local, ascii = ''] = parts(canonical);
  return [...new Set([canonical, `${local}@${domainToUnicode(ascii)}`, email])];
};

/** The same for an identifier of any kind. */
export const spellingsOf = (kind: string, value: string): readonly string[] =>
  kind === 'email' ? emailSpellings(value) : [value];

/** These identifiers with all that their addresses may be spelled like. */
export const inAllSpellings = <Kind extends string>(
  identifiers: readonly { readonly kind: Kind; readonly value: string }[],
) => identifiers.flatMap(({ kind, value }) => spellingsOf(kind, value).map((one) => ({ kind, value: one })));

/** Whether two addresses of one kind are one, in whatever spelling they are stored. */
export const isSameAddress = (one: string | undefined, other: string | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && canonicalEmail(one) === canonicalEmail(other));
