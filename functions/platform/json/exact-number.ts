import { decimalOf, decimalText, isSameValue } from './decimal.ts';

/** A number with more digits than a double keeps. `JSON.stringify` writes it as it was sent. */
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

/** As many digits come back from a double as they were, whatever they are. */
const SAFE_DIGITS = 15;

/** The exact value of a JSON number, where a double would change it; undefined where it would not. */
export const exactNumber = (text: string): ExactNumber | undefined => {
  if (text.length <= SAFE_DIGITS && !/e-\d{3}/i.test(text)) return undefined;
  const near = Number(text);
  // Refused where it is used, as no double comes near it.
  if (!Number.isFinite(near)) return undefined;
  const shown = String(near);
  if (shown === text) return undefined;
  const plain = withoutLastZeros(text);
  if (plain === shown) return undefined;
  if (PLAIN.test(plain) && PLAIN.test(shown)) return new ExactNumber(plain);
  const decimal = decimalOf(text);
  return isSameValue(decimal, decimalOf(shown)) && !isInteger(text) ? undefined : new ExactNumber(decimalText(decimal));
};

/** Most numbers: their text is the only one that their value has, so that texts can be compared. */
const PLAIN = /^-?(?:[1-9]\d{0,350}|0(?=\.(?!000000)))(?:\.\d{0,350}[1-9])?$/;

const isInteger = (text: string): boolean => /^-?\d+$/.test(text);

const ZERO = 0x30;
const DOT = 0x2e;

/** The same number without zeros at the end of its fraction. */
const withoutLastZeros = (text: string): string => {
  if (!text.includes('.') || /e/i.test(text)) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO) end -= 1;
  if (text.charCodeAt(end - 1) === DOT) end -= 1;
  return text.slice(0, end);
};

/** More digits than this no program prints of a double. */
const MAX_PRINTED = 100;

/**
 * The double that a number was printed from: `0.1` of `0.10000000000000001`. Undefined where the digits are of no double,
 * so that taking the nearest one would change what was sent.
 */
export const printedDouble = ({ text }: ExactNumber): number | undefined => {
  const near = Number(text);
  const decimal = decimalOf(text);
  const { length } = decimal.digits;
  if (length === 0 || length > MAX_PRINTED) return undefined;
  return isSameValue(decimal, decimalOf(near.toPrecision(length))) ? near : undefined;
};
