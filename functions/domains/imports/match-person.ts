import type { Alias } from '../../model/identity.ts';
import { comparable } from './names/comparable.ts';
import type { Unit } from './rows/units.ts';

/** Phone numbers are compared by this many last digits. */
const DIGITS = 7;

/**
 * Creates a check whether a text may contain one of these identifiers. It has false positives but no false negatives.
 * Numbers are compared by their last digits, since their format differs between files.
 */
export const mayContainAny = (identifiers: readonly Alias[]): ((text: string) => boolean) => {
  const tails = identifiers.flatMap(({ kind, value }) =>
    kind === 'phone_number' ? [value.replaceAll(/\D/g, '').slice(-DIGITS)] : [],
  );
  const texts = identifiers.flatMap(({ kind, value }) =>
    kind === 'email' || kind === 'external_id' ? [comparableCell(value)] : [],
  );
  return (text) => {
    const plain = comparableCell(text);
    if (texts.some((value) => plain.includes(value))) return true;
    if (tails.length === 0) return false;
    const digits = text.replaceAll(/\D/g, '');
    return tails.some((tail) => digits.includes(tail));
  };
};

/** Ignores the quotes of a cell. */
const comparableCell = (text: string): string => comparable(text).replaceAll('""', '"');

/**
 * Creates a check whether rows are about the person with these identifiers, as an import reads them. Rows without an
 * identifier that can be read are, if they contain one of the addresses.
 */
export const concernsPerson = (identifiers: readonly Alias[]): ((unit: Unit) => boolean) => {
  const known = new Set(identifiers.map(({ kind, value }) => `${kind} ${value}`));
  const named = containsAny(identifiers);
  return ({ parsed, rows }) => {
    const own = Object.entries(parsed?.input.identifiers ?? {});
    return own.length > 0
      ? own.some(([kind, value]) => known.has(`${kind} ${value}`))
      : rows.some(({ text }) => named(text));
  };
};

/** Creates a check whether a text contains one of the addresses or numbers, in their normalized form. */
export const containsAny = (identifiers: readonly Alias[]): ((text: string) => boolean) => {
  const values = identifiers.flatMap(({ kind, value }) => (kind === 'email' || kind === 'phone_number' ? [value] : []));
  return (text) => {
    const plain = comparableCell(text);
    return values.some((value) => containsWord(plain, value));
  };
};

/** Whether a text contains a value as a whole word. */
const containsWord = (text: string, value: string): boolean => {
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
    const end = at + value.length;
    const isPart =
      /[\p{L}\p{N}._+-]/u.test(text[at - 1] ?? '') ||
      /^([\p{L}\p{N}_-]|\.[\p{L}\p{N}])/u.test(text.slice(end, end + 2));
    if (!isPart) return true;
  }
  return false;
};
