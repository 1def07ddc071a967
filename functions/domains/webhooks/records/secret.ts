import * as v from 'valibot';
import { Text } from '../../../platform/validation/text.ts';

const PREFIX = 'whsec_';
const MIN_BYTES = 24;
const MAX_BYTES = 64;

const bytesOf = (encoded: string): number => Buffer.from(encoded, 'base64').length;

/** A secret of Standard Webhooks, or any text, as Klaviyo has it. */
export const SecretKey = v.pipe(
  Text,
  v.minLength(16, 'A secret key has at least 16 characters.'),
  v.maxLength(256, 'A secret key has at most 256 characters.'),
  v.check(
    (secret) => !secret.startsWith(PREFIX) || isStandard(secret.slice(PREFIX.length)),
    `After ${PREFIX}, a secret key has ${MIN_BYTES} to ${MAX_BYTES} bytes in Base64.`,
  ),
);

const isStandard = (encoded: string): boolean =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && bytesOf(encoded) >= MIN_BYTES && bytesOf(encoded) <= MAX_BYTES;

/** The bytes that sign. */
export const keyOf = (secret: string): Buffer =>
  secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret, 'utf8');
