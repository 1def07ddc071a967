import { canonicalEmail } from '../profiles/email.ts';

/** Begins where a word does: else each letter of a long word would be tried as the beginning. */
const ADDRESS = /(?<![^\s"',;|<>()[\]:])[^\s"',;|<>()[\]:]+@[^\s"',;|<>()[\]:]+/g;

/** The e-mail addresses that stand in a text, as they are compared. */
export const addressesIn = (text: string): string[] =>
  (text.match(ADDRESS) ?? []).map((found) => canonicalEmail(withoutFullStops(found)));

const withoutFullStops = (text: string): string => {
  let end = text.length;
  while (text[end - 1] === '.') end--;
  return text.slice(0, end);
};
