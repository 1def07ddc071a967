import { canonicalEmail } from '../../../model/email.ts';
import { trimInvisible } from '../../../platform/validation/text.ts';

/** Begins where a word does: else each letter of a long word would be tried as the beginning. */
const ADDRESS =
  /(?<![^\s"',;|<>()[\]:“”„‟‘’‚‛«»‹›])[^\s"',;|<>()[\]:“”„‟‘’‚‛«»‹›]+[@＠﹫][^\s"',;|<>()[\]:“”„‟‘’‚‛«»‹›]+/g;
/** Ends a sentence or a URL, and no address. */
const ENDS = '.!?/…';

/** The e-mail addresses that stand in a text, as they are compared. */
export const addressesIn = (text: string): string[] =>
  (text.replaceAll('%20', ' ').match(ADDRESS) ?? []).map((found) => canonicalEmail(trimInvisible(withoutEnd(found))));

const withoutEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && ENDS.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
};
