import { createRequire } from 'node:module';

type Library = typeof import('./numbers.ts')['numbers'];

let loaded: Library | undefined;

/** The numbering plans of all countries are large, and few requests name a phone. At once, as rules can't wait. */
const library = (): Library => {
  loaded ??= (createRequire(import.meta.url)('./numbers.ts') as typeof import('./numbers.ts')).numbers;
  return loaded;
};

interface Phone {
  /** In E.164. */
  readonly number: string;
  /** Its length is possible, but no numbering plan that is known here gives out such numbers. */
  readonly isDoubtful: boolean;
}

/** The shortest numbers of E.164 are those of Niue and Saint Helena. */
const SHORTEST = '+6834000'.length;
/** No number is longer with any punctuation, and an extension. */
const MAX_LENGTH = 100;

/** Without its blanks. */
const WRITTEN = /^(?:tel:)?\(?\+?\(?\p{Nd}[\p{Nd}().\p{Pd}/·]*(?:(?:;ext=|ext\.?|x)\d{1,7})?$/iu;
const FLOAT = /^\+?\d{6,}[.,]\d{1,2}$|^[-+]?\d+(?:[.,]\d+)?e[-+]?\d+$/i;
/** Six digits before the point and zeros behind it: no country writes a number so, and programs that know only floats do. */
const WHOLE_FLOAT = /^(\+?\d{6,})[.,]0+$/;

const DATES = [
  /^\+?(?<year>(?:19|20)\d\d)[-./](?<one>\d{1,2})(?:[-./](?<two>\d{1,2}))?$/,
  /^(?<one>\d{1,2})[-./]\s?(?<two>\d{1,2})[-./]\s?(?<year>(?:19|20)\d\d)$/,
  /^(?<one>\d{1,2})[-/](?<year>(?:19|20)\d\d)$/,
  /^(?<one>\d{1,2})([-./])(?<two>\d{1,2})\2(?<year>\d\d)$/,
];

const isDate = (text: string): boolean =>
  DATES.some((pattern) => {
    const { one, two = '1' } = pattern.exec(text)?.groups ?? {};
    if (one === undefined) return false;
    const [least, most] = [Number(one), Number(two)].toSorted((a, b) => a - b);
    return (least ?? 0) >= 1 && (least ?? 0) <= 12 && (most ?? 0) <= 31;
  });

const withoutInvisible = (text: string): string =>
  text
    .replaceAll(/\p{Cf}/gu, '')
    .normalize('NFKC')
    .trim();

const parse = (text: string, country: string | undefined) => {
  const { isSupportedCountry, parsePhoneNumberFromString } = library();
  const code = country?.trim().toUpperCase();
  return parsePhoneNumberFromString(text, code !== undefined && isSupportedCountry(code) ? code : undefined);
};

/**
 * Spreadsheets take the plus from `+49 4915…` and the zero from `04915…`: where a country dials with a zero, what is left
 * may be either, and would be a stranger's number if it was guessed.
 */
const readingsOf = (text: string, country: string | undefined): readonly string[] => {
  const digits = text.replaceAll(/\D/g, '');
  if (text.startsWith('+') || digits.startsWith('0')) return [];
  const national = parse(text, country);
  if (!national || national.nationalNumber !== digits || !digits.startsWith(national.countryCallingCode)) return [];
  const international = parse(`+${digits}`, undefined);
  const dialsWithZero = parse(`0${digits}`, country)?.number === national.number;
  return dialsWithZero && international?.isValid() ? [international.number, national.number] : [];
};

/** Why a text that looks like a number is none: a program has made something else of it, or it may be two. */
export const phoneProblem = (given: string, country?: string): string | undefined => {
  if (given.length > MAX_LENGTH) return undefined;
  const text = withoutInvisible(given);
  const both = mishapIn(text) === undefined ? readingsOf(text, country) : [];
  return both.length > 1
    ? `'${text}' is ${both.join(' or ')}. Write it with a plus and the country code.`
    : mishapIn(text);
};

const mishapIn = (text: string): string | undefined => {
  if (WHOLE_FLOAT.test(text) || FLOAT.test(text))
    return `'${text}' is a phone number that a program turned into a decimal number. Export the column as text.`;
  if (isDate(text)) return `'${text}' is a date, and no phone number.`;
  return undefined;
};

/**
 * A phone number, or undefined where it is none. Numbers without `+` need the country that they are dialled in. Numbering
 * plans change faster than programs learn of it: a number of a possible length is taken, and doubted where no known plan
 * has it. `isCell` takes off the `.0` that spreadsheets and data frames put behind numbers.
 */
export const readPhone = (
  given: string,
  { country, isCell = false }: { readonly country?: string | undefined; readonly isCell?: boolean } = {},
): Phone | undefined => {
  if (given.length > MAX_LENGTH) return undefined;
  const written = withoutInvisible(given);
  const text = isCell ? written.replace(WHOLE_FLOAT, '$1') : written;
  if (!WRITTEN.test(text.replaceAll(/\s/g, '')) || mishapIn(text) !== undefined || readingsOf(text, country).length > 1)
    return undefined;
  const parsed = parse(text, country);
  if (!parsed?.isPossible() || parsed.number.length < SHORTEST) return undefined;
  return { number: parsed.number, isDoubtful: !parsed.isValid() };
};

/** The number in E.164, or undefined where it is none. */
export const toE164 = (text: string, country?: string): string | undefined => readPhone(text, { country })?.number;
