import { ApiError } from '../../errors.ts';

/**
 * The limit for the number of arrays and objects in a body, at any depth. Each costs V8 some 60 bytes and much time,
 * however short its text is: 5 MiB of `{}` would take a second and a quarter of a function's memory before any other
 * check. The limit is one for every 8 bytes of the largest body. The shortest useful object, `{"a":1},`, has 8 bytes,
 * so that the limit never rejects a list of objects within the byte limit.
 */
export const MAX_CONTAINERS = 655_360;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ARRAY = 0x5b;
const OBJECT = 0x7b;

/** Checks a text before it is parsed. Most texts are too short to exceed the limit, and are not counted. */
export const checkNesting = (json: string): void => {
  if (json.length <= MAX_CONTAINERS) return;
  let count = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (isInString && unit === BACKSLASH) at += 1;
    else if (unit === QUOTE) isInString = !isInString;
    else if (!isInString && (unit === ARRAY || unit === OBJECT)) count += 1;
  }
  if (count > MAX_CONTAINERS)
    throw new ApiError('invalid', {
      detail: `The body has ${count} arrays and objects; at most ${MAX_CONTAINERS} are allowed. Send fewer items in each request.`,
      source: { pointer: '/' },
    });
};
