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

/** What stands before the last `@`, and behind it. */
const parts = (text: string): readonly [local: string, domain: string | undefined] => {
  const at = text.lastIndexOf('@');
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
};

/** The one spelling by which an address is compared, stored, hashed and written to, without regard to case. */
export const canonicalEmail = (text: string): string => {
  const [local, domain] = parts(text);
  const compared = local.toLowerCase().normalize('NFC');
  return domain === undefined ? compared : `${compared}@${asciiDomain(domain)}`;
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
