import * as v from 'valibot';

/** As valibot's, which makes the bytes of every text: nearly all have so few characters that they can't have more bytes. */
export const maxBytes = (most: number, message: string) =>
  v.check<string, string>((text) => text.length * 3 <= most || Buffer.byteLength(text) <= most, message);

/** Text of a caller. JSON can escape half of a surrogate pair, which is no character: no UTF-8 can hold it, so no key or attribute of the table can. */
export const Text = v.pipe(
  v.string(),
  v.check((text) => text.isWellFormed(), 'Half of a surrogate pair, such as \\ud83d alone, is no character.'),
);
