import { ApiError } from '../errors.ts';
import { bytesOf, type Profile } from './profile.ts';

const MAX_BYTES = 350 * 1024;

export const isTooLarge = (profile: Profile): boolean => bytesOf(profile) > MAX_BYTES;

export const tooLarge = (profile: Profile): ApiError =>
  new ApiError('invalid', {
    detail: `The profile would have ${bytesOf(profile)} bytes; at most ${MAX_BYTES} are kept. Remove properties that are not needed.`,
    source: { pointer: '/data/attributes/properties' },
  });
