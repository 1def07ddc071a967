import { ApiError } from '../errors.ts';
import type { Page } from './jsonapi.ts';

/** What of an answer may be stored content: Lambda takes 6 MB, and every quote in a body is escaped within it. */
export const MAX_CONTENT_BYTES = 3_500_000;
/** Of the 6,291,556 bytes, less what headers may take. */
const MAX_ANSWER_BYTES = 6_200_000;

/** A page as long as was asked for, or as fits into an answer: then it is read again, and has a `next`. */
export const fitting = async <T>(
  size: number,
  read: (size: number) => Promise<Page<T>>,
  bytesOf: (item: T) => number,
): Promise<Page<T>> => {
  const page = await read(size);
  const bytes = page.items.reduce((sum, item) => sum + bytesOf(item), 0);
  const count = page.items.length;
  if (bytes <= MAX_CONTENT_BYTES || count <= 1) return page;
  const fewer = Math.floor((Math.min(size, count) * MAX_CONTENT_BYTES) / bytes / 1.2);
  return fitting(Math.max(1, fewer), read, bytesOf);
};

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
