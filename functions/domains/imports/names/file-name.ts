import { canonicalEmail, withAllSpellings } from '../../../model/email.ts';
import type { Alias } from '../../../model/identity.ts';
import { comparable } from './comparable.ts';

/** Matches a person in the name of a file: an address at a word boundary, or a number in E.164. */
const ADDRESSES = /(?<![^\s/"',;|<>()[\]:])[^\s/"',;|<>()[\]:]+(@|%40)[^\s/"',;|<>()[\]:]+|(\+|%2B)\d{7,}/giu;

export const namesPerson = (name: string): boolean => name.search(ADDRESSES) !== -1;

/**
 * Removes persons from a file's name. Used in data of other people, such as consent ledgers, which cannot be changed
 * when that person is erased.
 */
export const redactPersons = (name: string): string => name.replaceAll(ADDRESSES, '…');

/** Each word is looked up, if the account has erased anybody. */
const MAX_WORDS = 20;

/** The people that a file may be named after: by its whole name, a word, an address or a number. */
export const listNamedPersons = (name: string): Alias[] => {
  const said = [decoded(name), name].flatMap((text) => [...text.matchAll(ADDRESSES)].map(([found]) => found));
  const words = [name.trim(), ...name.split(/[^\p{L}\p{N}_-]+/u), ...name.split(/[^\p{L}\p{N}]+/u)];
  const ids = [...new Set(words)].filter(({ length }) => length >= LEAST_ID).slice(0, MAX_WORDS);
  return [...new Set(said)]
    .map((value): Alias => {
      const isNumber = !/@|%40/.test(value);
      if (isNumber) return { kind: 'phone_number', value: value.replace(/^%2B/i, '+') };
      return { kind: 'email', value: canonicalEmail(value) };
    })
    .concat((['external_id', 'anonymous_id'] as const).flatMap((kind) => ids.map((value) => ({ kind, value }))));
};

/** Shorter external ids match unrelated names. */
const LEAST_ID = 4;

/** Creates a check whether a file is named after one of these people: as a word, case-insensitive. */
export const fileNameMatcher = (identifiers: readonly Alias[]): ((key: string) => boolean) => {
  const words = withAllSpellings(identifiers).flatMap(({ kind, value }) => {
    if (kind === 'phone_number') return [value.replaceAll(/\D/g, '')];
    return kind === 'email' || value.length >= LEAST_ID ? [comparable(value)] : [];
  });
  return (key) => {
    const text = comparable(key);
    const texts = [text, comparable(decoded(key))];
    return words.some((word) => texts.some((one) => hasWord(one, word)));
  };
};

/** Decodes names that come from URLs, such as `%40` for `@`. */
const decoded = (key: string): string => {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
};

const hasWord = (text: string, word: string): boolean => {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const [before = '', after = ''] = [text[at - 1], text[at + word.length]];
    if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)) return true;
  }
  return false;
};
