import * as v from 'valibot';

/** Text of a caller. JSON can escape half of a surrogate pair, which is no character: no UTF-8 can hold it, so no key or attribute of the table can. */
export const Text = v.pipe(
  v.string(),
  v.check((text) => text.isWellFormed(), 'Half of a surrogate pair, such as \\ud83d alone, is no character.'),
);
