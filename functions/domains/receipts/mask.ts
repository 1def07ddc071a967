const WORD = /[^\s'"<>(),;:]+/g;
/** Five digits or more, as in phone numbers. */
const DIGITS = /\+?\d(?:[\s().\-/]{0,2}\d){4,}/g;
/** Error texts quote the value that is wrong. */
const QUOTED = /'[^']{2,}'/g;

const maskEmail = (text: string): string => {
  const [local = '', domain = ''] = text.split('@');
  return `${[...local][0] ?? ''}…@${[...domain][0] ?? ''}…`;
};

/** A text for lists: without the addresses, numbers and quoted values in it. */
export const maskText = (text: string): string =>
  text
    .replaceAll(WORD, (word) => (word.includes('@') ? maskEmail(word) : word))
    .replaceAll(QUOTED, (quoted) => (quoted.includes('…') ? quoted : `'${[...quoted][1] ?? ''}…'`))
    .replaceAll(DIGITS, (digits) => `…${digits.slice(-2)}`);
