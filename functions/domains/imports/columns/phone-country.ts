import { candidatesOf, comparable } from './headers.ts';

/** The rest of a header without the word for a number or a country: it names the address. */
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

/** The address of a number without one: billing. */
const USUAL = ['', 'default address', 'billing', 'shipping'];

/**
 * Returns the columns with the country of a phone number, best first: those of the same address, then a plain country
 * column. The country of another address does not apply.
 */
export const countryColumnsFor = (headers: readonly string[], phone: number): readonly number[] => {
  const address = addressIn(headers[phone] ?? '', PHONE) ?? '';
  const columns = headers.flatMap((header, column) => {
    const of = addressIn(header, COUNTRY);
    return of === undefined ? [] : [{ column, of }];
  });
  const wanted = address === '' ? USUAL : [address, ''];
  const found = wanted.flatMap((one) => columns.filter(({ of }) => of === one).map(({ column }) => column));
  // Also finds translated names, such as `Land`.
  const called = address === '' || found.length === 0 ? (candidatesOf(headers).get('country') ?? []) : [];
  return [...new Set([...found, ...called.filter((column) => !columns.some((one) => one.column === column))])];
};
