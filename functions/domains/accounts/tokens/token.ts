import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';

/**
 * What tokens are for. Each purpose has secrets of its own: a token is worth nothing in another place, and those of one
 * purpose can be revoked without the links in mails that were sent.
 */
export const Purpose = v.picklist(['kx', 'confirm', 'preferences', 'challenge', 'erasure']);
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

const TOKEN = /^([A-Za-z0-9]{8})\.([A-Za-z0-9_-]{2,1000})\.([A-Za-z0-9_-]{22})$/;

/** `<id of the secret>.<claims>.<128 bits of HMAC-SHA-256>`: fit for a URL, and readable by anybody, so claims are ids. */
export const sealToken = (claims: Claims, secret: TokenSecret): string => {
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${secret.id}.${body}.${macOf(body, secret)}`;
};

/** The secret that a token says it was made by. */
export const secretIdIn = (token: string): string | undefined => TOKEN.exec(token)?.[1];

/** What a token claims, where it was made by this secret. */
export const claimsIn = (token: string, secret: TokenSecret): unknown => {
  const [, id, body = '', mac = ''] = TOKEN.exec(token) ?? [];
  if (id !== secret.id) return undefined;
  const isOurs = timingSafeEqual(Buffer.from(macOf(body, secret)), Buffer.from(mac));
  return isOurs ? JSON.parse(Buffer.from(body, 'base64url').toString()) : undefined;
};

/** What stands for a text that is not to be kept: who lacks the secret can't tell whether it was this one. */
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
