import { ApiError } from '../../errors.ts';

/**
 * The most arrays and objects in a body, at any depth. Each costs V8 some 60 bytes and much time, however short its text
 * is: 5 MiB of `{}` would take a second and a quarter of a function's memory before anything else could refuse them. This
 * is one for every 8 bytes of the largest body. The shortest object that says something, `{"a":1},`, has as many, so that
 * no list of objects is refused that the limit of bytes allows.
 */
export const MAX_CONTAINERS = 655_360;

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
