import { ApiError } from '../../../platform/errors.ts';
import { parseExact } from '../../../platform/json/parse-exact.ts';

/** No vendor nests deeper, and code that follows a payload by recursion stays far from the end of the stack. */
const MAX_DEPTH = 200;

/** @throws ApiError `invalid` for what is no JSON, or nested too deeply */
export const readPayload = (bytes: Buffer): unknown => {
  const payload = parse(bytes);
  if (depthExceeds(payload, MAX_DEPTH))
    throw new ApiError('invalid', {
      detail: `The body is nested deeper than ${MAX_DEPTH} levels.`,
      source: { pointer: '/' },
    });
  return payload;
};

const parse = (bytes: Buffer): unknown => {
  try {
    return parseExact(new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/^\uFEFF/, ''));
  } catch {
    throw new ApiError('invalid', { detail: 'The body is not JSON.', source: { pointer: '/' } });
  }
};

/** Goes down no further than the limit. */
const depthExceeds = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => depthExceeds(member, levels - 1));
};
