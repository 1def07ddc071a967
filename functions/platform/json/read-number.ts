import { ExactNumber, printedDouble } from './exact-number.ts';

const DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/;

/** The largest value of an event. */
const MAX = 1e15;

/** A number, also one that was sent as text. Undefined for anything else. */
export const numberIn = (value: unknown): number | undefined => {
  const number =
    value instanceof ExactNumber
      ? printedDouble(value)
      : typeof value === 'string' && DECIMAL.test(value.trim())
        ? Number(value)
        : value;
  return typeof number === 'number' && Math.abs(number) <= MAX ? number : undefined;
};
