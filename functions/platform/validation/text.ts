import * as v from 'valibot';

/** As valibot's, which makes the bytes of every text: nearly all have so few characters that they can't have more bytes. */
export const maxBytes = (most: number, message: string) =>
  v.check<string, string>((text) => text.length * 3 <= most || Buffer.byteLength(text) <= most, message);

/** Text of a caller. JSON can escape half of a surrogate pair, which is no character: no UTF-8 can hold it, so no key or attribute of the table can. */
export const Text = v.pipe(
  v.string(),
  v.check((text) => text.isWellFormed(), 'Half of a surrogate pair, such as \\ud83d alone, is no character.'),
);

/** Spaces, and characters without a width such as zero-width spaces, byte order marks and marks of direction. */
const INVISIBLE = /[\s\p{Cf}]/u;

const isVisible = (code: number): boolean => code > 0x20 && code < 0x7f;

/** Normalizing takes time that grows with the square of a run of combining marks. No name is longer. */
const MAX_NORMALIZED = 1_000;

/** A name in the form in which names are compared. */
export const inNfc = (name: string): string => (name.length > MAX_NORMALIZED ? name : name.normalize('NFC'));

/** A text without the spaces and invisible characters around it. Takes time in proportion to the text. */
export const trimInvisible = (text: string): string => {
  if (isVisible(text.charCodeAt(0)) && isVisible(text.charCodeAt(text.length - 1))) return text;
  const characters = Array.from(text);
  const isShown = (character: string): boolean => !INVISIBLE.test(character);
  const first = characters.findIndex(isShown);
  return first === -1 ? '' : characters.slice(first, characters.findLastIndex(isShown) + 1).join('');
};
