import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { TokenSecret } from './token.ts';

const ALGORITHM = 'aes-256-ctr';
const KEY_BYTES = 32;
const IV_BYTES = 16;

interface Keys {
  readonly cipher: Buffer;
  readonly mac: Buffer;
}

/** Derives separate keys, since the secret itself signs tokens. */
const keysOf = ({ account, purpose, id, secret }: TokenSecret): Keys => {
  const info = JSON.stringify(['tributary', account, purpose, id]);
  const bytes = Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64url'), '', info, 2 * KEY_BYTES));
  return { cipher: bytes.subarray(0, KEY_BYTES), mac: bytes.subarray(KEY_BYTES) };
};

/**
 * Encrypts a text with a key of the secret. The initialization vector is a MAC of the text (a synthetic IV): the same
 * text is always encrypted alike, so that a person's link stays the same, and no IV is used for two texts.
 */
export const encrypt = (text: string, secret: TokenSecret): string => {
  const { cipher, mac } = keysOf(secret);
  const iv = syntheticIv(text, mac);
  const encrypting = createCipheriv(ALGORITHM, cipher, iv);
  return Buffer.concat([iv, encrypting.update(text, 'utf8'), encrypting.final()]).toString('base64url');
};

/** Decrypts a text. Undefined if it was not encrypted with this secret, or was changed since. */
export const decrypt = (encrypted: string, secret: TokenSecret): string | undefined => {
  const bytes = Buffer.from(encrypted, 'base64url');
  if (bytes.length < IV_BYTES) return undefined;
  const { cipher, mac } = keysOf(secret);
  const iv = bytes.subarray(0, IV_BYTES);
  const decrypting = createDecipheriv(ALGORITHM, cipher, iv);
  const text = Buffer.concat([decrypting.update(bytes.subarray(IV_BYTES)), decrypting.final()]).toString('utf8');
  return timingSafeEqual(syntheticIv(text, mac), iv) ? text : undefined;
};

const syntheticIv = (text: string, key: Buffer): Buffer =>
  createHmac('sha256', key).update(text).digest().subarray(0, IV_BYTES);
