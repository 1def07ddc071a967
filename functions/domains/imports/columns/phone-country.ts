import { candidatesOf, comparable } from './headers.ts';

/** What is left of a header without the word for a number or a country: which address it is of. */
const PHONE = /\b(phone|mobile|telephone)( number| no)?\b/;
const COUNTRY = /\bcountry( code| ?\/ ?region| name)?\b/;

const addressIn = (header: string, word: RegExp): string | undefined => {
  const name = comparable(header);
  return word.test(name)
    ? name
        .replace(word, '')
        .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
        .trim()
    : undefined;
};

/** Whose number it is where it is of no address: who pays. */
const USUAL = ['', 'default address', 'billing', 'shipping'];

/**
 * The columns that may tell in which country a number is dialled, the best first: those of the same address, then what is
 * called a country without more. The country of another address is none of a number's.
 */
export const countryColumnsFor = (headers: readonly string[], phone: number): readonly number[] => {
  const address = addressIn(headers[phone] ?? '', PHONE) ?? '';
  const columns = headers.flatMap((header, column) => {
    const of = addressIn(header, COUNTRY);
    return of === undefined ? [] : [{ column, of }];
  });
  const wanted = address === '' ? USUAL : [address, ''];
  const found = wanted.flatMap((one) => columns.filter(({ of }) => of === one).map(({ column }) => column));
  // Where they are called by other words, as `Land`.
  const called = address === '' || found.length === 0 ? (candidatesOf(headers).get('country') ?? []) : [];
  return [...new Set([...found, ...called.filter((column) => !columns.some((one) => one.column === column))])];
};
