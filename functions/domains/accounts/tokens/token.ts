import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';

/**
 * The purpose of a token. Each purpose has its own secrets: a token is invalid for any other purpose, and tokens of one
 * purpose can be revoked without breaking the links in mails already sent.
 */
export const Purpose = v.picklist([
  'kx',
  'confirm',
  'preferences',
  'challenge',
  'erasure',
  'webhook',
  'integration',
  'feed',
  'receipt',
]);
export type Purpose = v.InferOutput<typeof Purpose>;

export const TokenSecret = v.object({
  account: v.string(),
  purpose: Purpose,
  id: v.string(),
  /** 256 random bits, base64url. */
  secret: v.string(),
  createdAt: v.string(),
  revokedAt: v.optional(v.string()),
});
export type TokenSecret = v.InferOutput<typeof TokenSecret>;

type Claims = Readonly<Record<string, unknown>>;

const TOKEN = /^([A-Za-z0-9]{8})\.([A-Za-z0-9_-]{2,1600})\.([A-Za-z0-9_-]{22})$/;

/**
 * Signs claims: `<id of the secret>.<claims>.<128 bits of HMAC-SHA-256>`. Safe in a URL, and readable by anybody, so
 * claims hold ids only.
 */
export const sealToken = (claims: Claims, secret: TokenSecret): string => {
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${secret.id}.${body}.${macOf(body, secret)}`;
};

/** The id of the secret that a token names. Not verified. */
export const secretIdOf = (token: string): string | undefined => TOKEN.exec(token)?.[1];

/** The claims of a token, if this secret signed it. */
export const verifyClaims = (token: string, secret: TokenSecret): unknown => {
  const [, id, body = '', mac = ''] = TOKEN.exec(token) ?? [];
  if (id !== secret.id) return undefined;
  const isOurs = timingSafeEqual(Buffer.from(macOf(body, secret)), Buffer.from(mac));
  return isOurs ? JSON.parse(Buffer.from(body, 'base64url').toString()) : undefined;
};

/** A keyed hash that replaces a text which may not be stored. Without the secret, nobody can tell which text it was. */
export const keyedHash = (text: string, { account, purpose, secret }: TokenSecret): string =>
  createHmac('sha256', Buffer.from(secret, 'base64url'))
    .update(JSON.stringify([account, purpose, text]))
    .digest('base64url');

const macOf = (body: string, { account, purpose, id, secret }: TokenSecret): string =>
  createHmac('sha256', Buffer.from(secret, 'base64url'))
    .update(JSON.stringify([account, purpose, id, body]))
    .digest()
    .subarray(0, 16)
    .toString('base64url');
