import { ApiError } from '../errors.ts';

/**
 * Of arrays and objects in a body, at any depth. Each takes V8 some 60 bytes and much time, however short its text is:
 * 4 MiB of `[` or `{}` would take a second and a quarter of a function's memory before anything else could refuse them.
 * The densest batch that means something has a tenth of these.
 */
const MAX_CONTAINERS = 250_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ARRAY = 0x5b;
const OBJECT = 0x7b;

/** Refuses a text before it is parsed. Most are too short to be counted. */
export const checkNesting = (json: string): void => {
  if (json.length <= MAX_CONTAINERS) return;
  let count = 0;
  let isText = false;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (isText && unit === BACKSLASH) at += 1;
    else if (unit === QUOTE) isText = !isText;
    else if (!isText && (unit === ARRAY || unit === OBJECT)) count += 1;
  }
  if (count > MAX_CONTAINERS)
    throw new ApiError('invalid', {
      detail: `The body has ${count} arrays and objects; at most ${MAX_CONTAINERS} are read. Send fewer items in each request.`,
      source: { pointer: '/' },
    });
};
