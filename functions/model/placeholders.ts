/** What a value is that stands for nobody. */
type Meaning = 'missing' | 'template' | 'spreadsheet error' | 'rounded number';

/** A value as it is compared: without quotes, spaces for hyphens and underscores, in lower case. */
const plain = (value: string): string =>
  unquoted(value)
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '_');

const QUOTES = '"\'`´“”„‟‘’‚‛\\';

const unquoted = (value: string): string => {
  let [start, end] = [0, value.length];
  while (start < end && QUOTES.includes(value.charAt(start))) start++;
  while (end > start && QUOTES.includes(value.charAt(end - 1))) end--;
  return value.slice(start, end).trim();
};

/** What programs, databases and forms write where there is nothing. */
const nulls = new Set(
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
  ].map(plain),
);

/** Names of the field itself: a header, or a variable whose name was sent in place of its value. */
const fields = new Set(
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
  ].map(plain),
);

/** PostgreSQL and MySQL write `\N`. */
const DATABASE_NULL = /^\\+n$/i;
/** Zeros, hyphens and dots alone: an id of zeros, a dash in a table. */
const NOTHING = /^[0\p{Pd}.,?_]+$/u;
/** Pivot tables write "(blank)" in the language of the program; programs write `<null>`, and templates `[EMAIL]`. */
const BRACKETED = /^([(<[{«‹]+)([\p{L}\p{M}\s_.'-]*)[)>\]}»›]+$/u;

/** Unfilled placeholders of the usual template languages, wherever they stand in a value. */
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
 * Excel's errors in every language end in `!` or `?`, but for that of a value that isn't there: `#N/A`, `#NV`, `#Н/Д`.
 * A column too narrow for its number is exported as `####`, and LibreOffice writes `Err:502`.
 */
const SPREADSHEET_ERROR =
  /^#(?:[¡¿]?[\p{L}\p{M}._/ ]+0?[!?]|\p{L}{1,3}\/\p{L}{1,3}|[\p{L}\p{M}]+(?:_[\p{L}\p{M}]+)+|nv|yok|hiányzik|nedostupn[ýé]|##+)$|^err:\d{3}$/iu;

/** `4.71E+12` is all that is left of a number of thirteen digits. Hexadecimal ids such as `7e3` have neither point nor plus. */
const ROUNDED = /^[-+]?\d{1,3}(?:(?:[.,]\d+)?e\+|[.,]\d+e-?)\d{1,3}$/i;

/** No placeholder is longer, and no identifier that is looked at. */
const MAX_LENGTH = 300;

const meaningOf = (given: string): Meaning | undefined => {
  if (given.length > MAX_LENGTH) return undefined;
  const value = given.normalize('NFKC').trim();
  if (SPREADSHEET_ERROR.test(value)) return 'spreadsheet error';
  if (ROUNDED.test(value)) return 'rounded number';
  const word = plain(value);
  if (word === '' || nulls.has(word) || fields.has(word) || NOTHING.test(value) || DATABASE_NULL.test(value))
    return 'missing';
  const [, bracket, inner = ''] = BRACKETED.exec(given.trim()) ?? BRACKETED.exec(value) ?? [];
  if (bracket !== undefined)
    return inner.trim() === '' || bracket === '(' || nulls.has(plain(inner)) ? 'missing' : 'template';
  return TEMPLATES.some((pattern) => pattern.test(value)) ? 'template' : undefined;
};

/** Most ids are digits, or letters and digits, and most addresses plain: they need no further look. */
const isOrdinary = (value: string): boolean =>
  (/^\+?[0-9a-z]+(?:[-_][0-9a-z]+)*$/i.test(value) && /[1-9]/.test(value)) ||
  /^[a-z0-9._+-]+@[a-z0-9.-]+$/i.test(value);

export const isPlaceholder = (value: string): boolean => !isOrdinary(value) && meaningOf(value) !== undefined;

/** Why a value is nobody's, if it is what systems send where they have no id. */
export const placeholderReason = (kind: string, value: string): string | undefined => {
  const meaning = isOrdinary(value) ? undefined : meaningOf(value);
  switch (meaning) {
    case undefined:
      return undefined;
    case 'missing':
      return `'${value}' is what systems send for a missing ${kind}. Leave it out.`;
    case 'template':
      return `'${value}' is a template in which no ${kind} was filled in. Fill it in, or leave it out.`;
    case 'spreadsheet error':
      return `'${value}' is an error of a spreadsheet, and no ${kind}. Correct the cell, or leave it out.`;
    case 'rounded number':
      return `'${value}' is a number that a spreadsheet rounded, and no ${kind}. Export the column as text.`;
  }
};
