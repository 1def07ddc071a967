import type { Alias } from '../../model/identity.ts';
import { comparable } from './names/comparable.ts';
import type { Unit } from './rows/units.ts';

/** As many digits as tell numbers apart, in whatever way they are written. */
const DIGITS = 7;

/**
 * Whether one of some identifiers may stand in a text, of any length: where it says no, none does. Numbers are compared by
 * their last digits, since files write them in many ways.
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

/** Whatever quotes a cell has. */
const comparableCell = (text: string): string => comparable(text).replaceAll('""', '"');

/**
 * Whether rows are about the person who has these identifiers, as an import would read them. Of rows that can't be read,
 * those are in which one of the addresses stands.
 */
export const concernsPerson = (identifiers: readonly Alias[]): ((unit: Unit) => boolean) => {
  const known = new Set(identifiers.map(({ kind, value }) => `${kind} ${value}`));
  const named = containsAny(identifiers);
  return ({ parsed, rows }) =>
    parsed
      ? Object.entries(parsed.input.identifiers).some(([kind, value]) => known.has(`${kind} ${value}`))
      : rows.some(({ text }) => named(text));
};

/** Whether a text that nobody can read as rows has one of the addresses or numbers in it, as they are written here. */
export const containsAny = (identifiers: readonly Alias[]): ((text: string) => boolean) => {
  const values = identifiers.flatMap(({ kind, value }) => (kind === 'email' || kind === 'phone_number' ? [value] : []));
  return (text) => {
    const plain = comparableCell(text);
    return values.some((value) => containsWord(plain, value));
  };
};

/** Not as a part of a longer one. */
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
