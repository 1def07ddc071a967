import type { Caller } from '../../../platform/http/context.ts';
import type { Actor } from './entry.ts';

/** The caller of an administrative endpoint, which always has a key. */
export const actorOf = (caller: Caller): Actor => {
  if (caller.kind !== 'key') throw new Error('Administrative changes need a key.');
  const { keyId, lastFour } = caller;
  return { kind: 'key', keyId, lastFour };
};
