import { formatDecimal, isSameValue, parseDecimal } from './decimal.ts';

/** A number that a double cannot represent exactly. `JSON.stringify` writes its digits as they were received. */
export class ExactNumber {
  /** A JSON number. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): RawJson {
    return JSON.rawJSON(this.text);
  }
}

/** Every decimal number of up to 15 digits survives the round trip through a double. */
const SAFE_DIGITS = 15;

/** The exact value of a JSON number if a double would change it, otherwise undefined. */
export const toExactNumber = (text: string): ExactNumber | undefined => {
  if (text.length <= SAFE_DIGITS && !/e-\d{3}/i.test(text)) return undefined;
  const double = Number(text);
  // No double comes near it. The schema that reads it refuses it.
  if (!Number.isFinite(double)) return undefined;
  const printed = String(double);
  if (printed === text) return undefined;
  const trimmed = trimTrailingZeros(text);
  if (trimmed === printed) return undefined;
  if (CANONICAL.test(trimmed) && CANONICAL.test(printed)) return new ExactNumber(trimmed);
  const decimal = parseDecimal(text);
  return isSameValue(decimal, parseDecimal(printed)) && !isInteger(text)
    ? undefined
    : new ExactNumber(formatDecimal(decimal));
};

/** Matches most numbers: those whose text is the only one for their value, so that texts can be compared. */
const CANONICAL = /^-?(?:[1-9]\d{0,350}|0(?=\.(?!000000)))(?:\.\d{0,350}[1-9])?$/;

const isInteger = (text: string): boolean => /^-?\d+$/.test(text);

const ZERO = 0x30;
const DOT = 0x2e;

/** Removes trailing zeros from the fraction. */
const trimTrailingZeros = (text: string): string => {
  if (!text.includes('.') || /e/i.test(text)) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO) end -= 1;
  if (text.charCodeAt(end - 1) === DOT) end -= 1;
  return text.slice(0, end);
};

/** No program prints more digits of a double. */
const MAX_PRINTED = 100;

/**
 * The double that a number was printed from: `0.1` for `0.10000000000000001`. Undefined if the digits are those of no
 * double, so that rounding would change what was sent.
 */
export const printedDouble = ({ text }: ExactNumber): number | undefined => {
  const near = Number(text);
  const decimal = parseDecimal(text);
  const { length } = decimal.digits;
  if (length === 0 || length > MAX_PRINTED) return undefined;
  return isSameValue(decimal, parseDecimal(near.toPrecision(length))) ? near : undefined;
};
