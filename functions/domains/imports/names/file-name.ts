import { canonicalEmail, withAllSpellings } from '../../../model/email.ts';
import type { Alias } from '../../../model/identity.ts';
import { comparable } from './comparable.ts';

/** What somebody is called by in the name of a file: an address, from where a word begins, or a number in E.164. */
const ADDRESSES = /(?<![^\s/"',;|<>()[\]:])[^\s/"',;|<>()[\]:]+(@|%40)[^\s/"',;|<>()[\]:]+|(\+|%2B)\d{7,}/giu;

export const namesPerson = (name: string): boolean => name.search(ADDRESSES) !== -1;

/**
 * A file's name for what is stored of others who stand in it, as the ledgers of their consent: those can't be changed when
 * the person is erased whom the file is named after.
 */
export const redactPersons = (name: string): string => name.replaceAll(ADDRESSES, '…');

/** Each is looked up, where the account has erased somebody. */
const MAX_WORDS = 20;

/** Whom a file may be named after: by its whole name, a word of it, or what in it is an address or number. */
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

/** Shorter ids of a shop stand in names that mean something else. */
const LEAST_ID = 4;

/** Tells whether a file is named after one of the people who have these identifiers: as a word, in whatever case. */
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

/** As `%40` stands for `@` in names that came by way of a URL. */
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
