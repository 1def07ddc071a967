/** The kinds of values that look like identifiers and identify nobody. */
type PlaceholderKind = 'missing' | 'template' | 'spreadsheet error' | 'rounded number';

/** Normalizes a value for comparison: without quotes, in lower case, with underscores for spaces and hyphens. */
const normalizeWord = (value: string): string =>
  trimQuotes(value)
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '_');

const QUOTES = '"\'`´“”„‟‘’‚‛\\';

const trimQuotes = (value: string): string => {
  let [start, end] = [0, value.length];
  while (start < end && QUOTES.includes(value.charAt(start))) start++;
  while (end > start && QUOTES.includes(value.charAt(end - 1))) end--;
  return value.slice(start, end).trim();
};

/** Values that programs, databases and forms write for a missing value. */
const nullWords = new Set(
  [
    ...['null', 'undefined', 'none', 'nil', 'nan', '-nan', '+nan', 'nat', 'na', 'n/a', 'n.a.', 'n/d', 'n.d.', 'k.a.'],
    ...[
      'nullptr',
      'dbnull',
      'void',
      'empty',
      'blank',
      'missing',
      'not set',
      'unset',
      'not available',
      'not applicable',
    ],
    ...['not provided', 'no value', 'unknown', 'unidentified', 'anonymous', 'anonymous user', 'guest', 'guest user'],
    ...['not_authenticated', 'unauthenticated', 'not_logged_in', 'logged_out', 'true', 'false', '-1'],
    ...['[object object]', '[object undefined]', '[object null]', 'object object'],
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ].map(normalizeWord),
);

/** Names of the field itself: a header, or a variable name that was sent instead of its value. */
const fieldNames = new Set(
  [
    ...['id', 'uid', 'uuid', 'guid', 'user_id', 'userid', 'customer_id', 'customerid', 'external_id', 'externalid'],
    ...[
      'anonymous_id',
      'anonymousid',
      'profile_id',
      'profileid',
      'distinct_id',
      'distinctid',
      'contact_id',
      'contactid',
    ],
    ...['email', 'e-mail', 'email_address', 'phone', 'phone_number', 'phonenumber'],
  ].map(normalizeWord),
);

/** PostgreSQL and MySQL write `\N`. */
const DATABASE_NULL = /^\\+n$/i;
/** Only zeros, hyphens and dots: an id of zeros, a dash in a table. */
const PUNCTUATION_ONLY = /^[0\p{Pd}.,?_]+$/u;
/** Pivot tables write "(blank)" in their language, programs write `<null>`, and templates `[EMAIL]`. */
const BRACKETED = /^([(<[{«‹]+)([\p{L}\p{M}\s_.'-]*)[)>\]}»›]+$/u;

/** Unfilled placeholders of common template languages, anywhere in a value. */
const TEMPLATES = [
  /\{\{|\{%|<%|[$#]\{/,
  /\*\|[^|]*\|\*/,
  /\[\[[^[\]]*\]\]/,
  /%%[^%]+%%|@@\w+@@|##\w+##/,
  /\$\(\w+\)|\{[$!][\w.]+\}/,
  /^%[\p{L}_][\w.-]*%(?=$|@)/u,
  /^__[A-Za-z]+(_[A-Za-z]+)*__$|^:[A-Za-z_]+$/,
];

/**
 * Excel's errors end in `!` or `?` in every language, except for the one of a missing value: `#N/A`, `#NV`, `#Н/Д`. A
 * number in a narrow column is exported as `####`, and LibreOffice writes `Err:502`.
 */
const SPREADSHEET_ERROR =
  /^#(?:[¡¿]?[\p{L}\p{M}._/ ]+0?[!?]|\p{L}{1,3}\/\p{L}{1,3}|[\p{L}\p{M}]+(?:_[\p{L}\p{M}]+)+|nv|yok|hiányzik|nedostupn[ýé]|##+)$|^err:\d{3}$/iu;

/** `4.71E+12` was a number of thirteen digits. Hexadecimal ids such as `7e3` have neither point nor plus. */
const ROUNDED = /^[-+]?\d{1,3}(?:(?:[.,]\d+)?e\+|[.,]\d+e-?)\d{1,3}$/i;

/** No placeholder is longer, and no identifier that is checked. */
const MAX_LENGTH = 300;

const kindOf = (rawValue: string): PlaceholderKind | undefined => {
  if (rawValue.length > MAX_LENGTH) return undefined;
  const value = rawValue.normalize('NFKC').trim();
  if (SPREADSHEET_ERROR.test(value)) return 'spreadsheet error';
  if (ROUNDED.test(value)) return 'rounded number';
  const word = normalizeWord(value);
  if (
    word === '' ||
    nullWords.has(word) ||
    fieldNames.has(word) ||
    PUNCTUATION_ONLY.test(value) ||
    DATABASE_NULL.test(value)
  )
    return 'missing';
  const [, bracket, inner = ''] = BRACKETED.exec(rawValue.trim()) ?? BRACKETED.exec(value) ?? [];
  if (bracket !== undefined)
    return inner.trim() === '' || bracket === '(' || nullWords.has(normalizeWord(inner)) ? 'missing' : 'template';
  return TEMPLATES.some((pattern) => pattern.test(value)) ? 'template' : undefined;
};

/** Most ids are alphanumeric and most addresses plain. They need no further checks. */
const isOrdinary = (value: string): boolean =>
  (/^\+?[0-9a-z]+(?:[-_][0-9a-z]+)*$/i.test(value) && /[1-9]/.test(value)) ||
  /^[a-z0-9._+-]+@[a-z0-9.-]+$/i.test(value);

export const isPlaceholder = (value: string): boolean => !isOrdinary(value) && kindOf(value) !== undefined;

/** The reason why a value identifies nobody, if it is a placeholder. */
export const placeholderReason = (kind: string, value: string): string | undefined => {
  const placeholderKind = isOrdinary(value) ? undefined : kindOf(value);
  switch (placeholderKind) {
    case undefined:
      return undefined;
    case 'missing':
      return `'${value}' is a placeholder for a missing ${kind}. Leave it out.`;
    case 'template':
      return `'${value}' is a template without a value for ${kind}. Fill it in, or leave it out.`;
    case 'spreadsheet error':
      return `'${value}' is an error of a spreadsheet, not a value for ${kind}. Correct the cell, or leave it out.`;
    case 'rounded number':
      return `'${value}' is a number that a spreadsheet rounded, not a value for ${kind}. Export the column as text.`;
  }
};
