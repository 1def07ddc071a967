import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Verification } from './source.ts';

interface Signed {
  /** What was signed. */
  readonly content: Buffer;
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  readonly secrets: readonly (string | Buffer)[];
}

/** Compares in a time that depends on the lengths only. */
export const isEqual = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected);

/** Whether any of the secrets made any of these signatures. Tries all, so that the time does not tell which. */
export const verifyHmac = (
  signatures: readonly Buffer[],
  { content, algorithm, secrets }: Signed,
): Extract<Verification, 'valid' | 'invalid'> => {
  const expected = secrets.map((secret) => createHmac(algorithm, secret).update(content).digest());
  const matches = signatures.flatMap((given) => expected.map((one) => isEqual(given, one)));
  return matches.includes(true) ? 'valid' : 'invalid';
};
