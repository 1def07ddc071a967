import { canonicalEmail } from '../../../model/email.ts';
import { trimInvisible } from '../../../platform/validation/text.ts';

/** Starts at a word boundary, so that not every letter of a long word is tried. */
const ADDRESS =
  /(?<![^\s"',;|<>()[\]:“”„‟‘’‚‛«»‹›])[^\s"',;|<>()[\]:“”„‟‘’‚‛«»‹›]+[@＠﹫][^\s"',;|<>()[\]:“”„‟‘’‚‛«»‹›]+/g;
/** Characters that end a sentence or a URL but not an address. */
const ENDS = '.!?/…';

/** Finds the e-mail addresses in a text, in comparable form. */
export const addressesIn = (text: string): string[] =>
  (text.replaceAll('%20', ' ').match(ADDRESS) ?? []).map((found) => canonicalEmail(trimInvisible(withoutEnd(found))));

const withoutEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && ENDS.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
};
