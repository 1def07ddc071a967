import { ApiError } from '../errors.ts';

/** Of the 6,291,556 bytes that Lambda takes, less what headers may take. */
const MAX_ANSWER_BYTES = 6_200_000;

/** The body of an answer as text. What Lambda would turn into a 502 is refused with what to do. */
export const bodyText = (body: object): string => {
  const text = JSON.stringify(body);
  // An escape makes at most six bytes of one unit, as `\u0000` within a text.
  if (text.length * 6 <= MAX_ANSWER_BYTES) return text;
  const bytes = Buffer.byteLength(JSON.stringify(text));
  if (bytes <= MAX_ANSWER_BYTES) return text;
  throw new ApiError('invalid', {
    detail: `The answer would have ${bytes} bytes; at most ${MAX_ANSWER_BYTES} can be sent. Ask for fewer by page[size], or for less of each by fields[…] and include.`,
    source: { parameter: 'page[size]' },
  });
};
