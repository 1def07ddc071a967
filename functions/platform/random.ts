import { randomBytes } from 'node:crypto';

const POOL = 4_096;
let pool = Buffer.alloc(0);
let at = 0;

/** From 0 up to 1, in 256 steps, as unforeseeable as the system's own: which takes as long for one byte as for thousands. */
export const random = (): number => {
  if (at === pool.length) {
    pool = randomBytes(POOL);
    at = 0;
  }
  return (pool[at++] ?? 0) / 256;
};
