import { randomBytes } from 'node:crypto';

const POOL_BYTES = 4_096;
let pool = Buffer.alloc(0);
let position = 0;

/**
 * A random number from 0 up to 1, in 256 steps, from the system's secure source. It reads thousands of bytes at once,
 * because a single byte takes as long.
 */
export const random = (): number => {
  if (position === pool.length) {
    pool = randomBytes(POOL_BYTES);
    position = 0;
  }
  return (pool[position++] ?? 0) / 256;
};
