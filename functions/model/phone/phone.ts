import { createRequire } from 'node:module';

type Library = typeof import('./phone-library.ts')['phoneLibrary'];

let loadedLibrary: Library | undefined;

/**
 * Loads the numbering plans on first use: they are large, and few requests contain a phone number. Synchronously, since
 * validation is synchronous.
 */
const loadLibrary = (): Library => {
  loadedLibrary ??= (createRequire(import.meta.url)('./phone-library.ts') as typeof import('./phone-library.ts'))
    .phoneLibrary;
  return loadedLibrary;
};

interface Phone {
  /** The number in E.164. */
  readonly number: string;
  /** Whether no known numbering plan contains the number, although its length is possible. */
  readonly isDoubtful: boolean;
}

/** The shortest E.164 numbers are those of Niue and Saint Helena. */
const MIN_LENGTH = '+6834000'.length;
/** No number is longer, even with punctuation and an extension. */
const MAX_LENGTH = 100;

/** Matches a number without its whitespace. */
const PHONE_TEXT = /^(?:tel:)?\(?\+?\(?\p{Nd}[\p{Nd}().\p{Pd}/·]*(?:(?:;ext=|ext\.?|x)\d{1,7})?$/iu;
const DECIMAL_NUMBER = /^\+?\d{6,}[.,]\d{1,2}$|^[-+]?\d+(?:[.,]\d+)?e[-+]?\d+$/i;
/** Six digits or more, a point and zeros: how programs that know only floats export a phone number. */
const INTEGRAL_DECIMAL = /^(\+?\d{6,})[.,]0+$/;

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
    const [smaller, larger] = [Number(one), Number(two)].toSorted((a, b) => a - b);
    return (smaller ?? 0) >= 1 && (smaller ?? 0) <= 12 && (larger ?? 0) <= 31;
  });

const cleanText = (text: string): string =>
  text
    .replaceAll(/\p{Cf}/gu, '')
    .normalize('NFKC')
    .trim();

const parsePhone = (text: string, country: string | undefined) => {
  const { isSupportedCountry, parsePhoneNumberFromString } = loadLibrary();
  const code = country?.trim().toUpperCase();
  return parsePhoneNumberFromString(text, code !== undefined && isSupportedCountry(code) ? code : undefined);
};

/**
 * The two numbers that a text can mean. Spreadsheets remove the plus of `+49 4915…` and the zero of `04915…`. In
 * countries that dial with a zero, the remaining digits are ambiguous, and a guess could be a stranger's number.
 */
const ambiguousNumbers = (text: string, country: string | undefined): readonly string[] => {
  const digits = text.replaceAll(/\D/g, '');
  if (text.startsWith('+') || digits.startsWith('0')) return [];
  const national = parsePhone(text, country);
  if (!national || national.nationalNumber !== digits || !digits.startsWith(national.countryCallingCode)) return [];
  const international = parsePhone(`+${digits}`, undefined);
  const dialsWithZero = parsePhone(`0${digits}`, country)?.number === national.number;
  return dialsWithZero && international?.isValid() ? [international.number, national.number] : [];
};

/** The problem with a text that looks like a phone number: a program converted it, or it is ambiguous. */
export const phoneProblem = (rawText: string, country?: string): string | undefined => {
  if (rawText.length > MAX_LENGTH) return undefined;
  const text = cleanText(rawText);
  const candidates = conversionProblem(text) === undefined ? ambiguousNumbers(text, country) : [];
  return candidates.length > 1
    ? `'${text}' can be ${candidates.join(' or ')}. Write it with a plus and the country code.`
    : conversionProblem(text);
};

const conversionProblem = (text: string): string | undefined => {
  if (INTEGRAL_DECIMAL.test(text) || DECIMAL_NUMBER.test(text))
    return `'${text}' is a phone number that a program turned into a decimal number. Export the column as text.`;
  if (isDate(text)) return `'${text}' is a date, not a phone number.`;
  return undefined;
};

/**
 * Parses a phone number. Undefined if the text is none. Numbers without `+` need their country. Numbering plans change
 * faster than software: a number of possible length is accepted, and marked as doubtful if no known plan contains it.
 * `isCell` removes the `.0` that spreadsheets and data frames append.
 */
export const readPhoneNumber = (
  rawText: string,
  { country, isCell = false }: { readonly country?: string | undefined; readonly isCell?: boolean } = {},
): Phone | undefined => {
  if (rawText.length > MAX_LENGTH) return undefined;
  const cleaned = cleanText(rawText);
  const text = isCell ? cleaned.replace(INTEGRAL_DECIMAL, '$1') : cleaned;
  if (
    !PHONE_TEXT.test(text.replaceAll(/\s/g, '')) ||
    conversionProblem(text) !== undefined ||
    ambiguousNumbers(text, country).length > 1
  )
    return undefined;
  const parsed = parsePhone(text, country);
  if (!parsed?.isPossible() || parsed.number.length < MIN_LENGTH) return undefined;
  return { number: parsed.number, isDoubtful: !parsed.isValid() };
};

/** The number in E.164. Undefined if the text is no phone number. */
export const toE164 = (text: string, country?: string): string | undefined =>
  readPhoneNumber(text, { country })?.number;
