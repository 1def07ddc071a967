import { ApiError } from '../errors.ts';

/** Lambda accepts 6,291,556 bytes. The rest is reserved for headers. */
const MAX_RESPONSE_BYTES = 6_200_000;

/** Serializes a response body. Rejects a body that Lambda would turn into a 502, and says what to do. */
export const serializeBody = (body: object): string => {
  const text = JSON.stringify(body);
  // An escape turns one character into at most six bytes, such as `\u0000` within a string.
  if (text.length * 6 <= MAX_RESPONSE_BYTES) return text;
  const bytes = Buffer.byteLength(JSON.stringify(text));
  if (bytes <= MAX_RESPONSE_BYTES) return text;
  throw new ApiError('invalid', {
    detail: `The response would have ${bytes} bytes; at most ${MAX_RESPONSE_BYTES} are allowed. Request fewer with page[size], or less of each with fields[…] and include.`,
    source: { parameter: 'page[size]' },
  });
};
