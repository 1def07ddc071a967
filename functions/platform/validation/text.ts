import * as v from 'valibot';

/** Like valibot's, but without encoding every text: most are so short that they cannot exceed the limit in bytes. */
export const maxBytes = (limit: number, message: string) =>
  v.check<string, string>((text) => text.length * 3 <= limit || Buffer.byteLength(text) <= limit, message);

/**
 * Text from a caller. JSON can escape half of a surrogate pair. No UTF-8 can hold that, so no key or attribute of the
 * table can.
 */
export const Text = v.pipe(
  v.string(),
  v.check((text) => text.isWellFormed(), 'Half of a surrogate pair, such as \\ud83d alone, is not a character.'),
);

/** Spaces, and characters without a width such as zero-width spaces, byte order marks and marks of direction. */
const INVISIBLE = /[\s\p{Cf}]/u;

const isPrintableAscii = (code: number): boolean => code > 0x20 && code < 0x7f;

/** Normalizing takes time that grows with the square of a run of combining marks. No real name is longer than this. */
const MAX_NORMALIZED = 1_000;

/** Normalizes a name to NFC, the form in which names are compared. */
export const normalizeName = (name: string): string => (name.length > MAX_NORMALIZED ? name : name.normalize('NFC'));

/** Removes whitespace and invisible characters from both ends. Takes time in proportion to the text. */
export const trimInvisible = (text: string): string => {
  if (isPrintableAscii(text.charCodeAt(0)) && isPrintableAscii(text.charCodeAt(text.length - 1))) return text;
  const characters = Array.from(text);
  const isVisible = (character: string): boolean => !INVISIBLE.test(character);
  const first = characters.findIndex(isVisible);
  return first === -1 ? '' : characters.slice(first, characters.findLastIndex(isVisible) + 1).join('');
};
