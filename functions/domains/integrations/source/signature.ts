import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Verification, VerifyOptions } from './source.ts';

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

/** How far the time of a signature may be from now. Vendors sign each repetition anew. */
const TOLERANCE_SECONDS = 300;
const MAX_SIGNATURES = 8;

interface TimedSigned {
  /** The time of the signature, in seconds. */
  readonly seconds: string;
  readonly content: Buffer;
  readonly secrets: readonly (string | Buffer)[];
}

/** Whether any of the secrets made any of these signatures by HMAC-SHA-256, within the last minutes. */
export const verifyTimed = (
  signatures: readonly Buffer[],
  { seconds, content, secrets }: TimedSigned,
  now: VerifyOptions['now'],
): Extract<Verification, 'valid' | 'invalid' | 'expired'> => {
  const result = verifyHmac(signatures.slice(0, MAX_SIGNATURES), { content, algorithm: 'sha256', secrets });
  const isFresh = Math.abs(now.getTime() / 1_000 - Number(seconds)) <= TOLERANCE_SECONDS;
  return result === 'valid' && !isFresh ? 'expired' : result;
};
