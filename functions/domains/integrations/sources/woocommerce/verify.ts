import { verifyHmac } from '../../source/signature.ts';
import type { HookRequest, Source } from '../../source/source.ts';

const SIGNATURE = 'x-wc-webhook-signature';

/** HMAC-SHA-256 of the raw body in Base64, by the secret of the webhook. */
export const verify: Source['verify'] = ({ headers, bytes }, { secrets }) => {
  const signature = headers[SIGNATURE];
  if (!signature) return 'unsigned';
  return verifyHmac([Buffer.from(signature, 'base64')], { content: bytes, algorithm: 'sha256', secrets });
};

const PING = /^webhook_id=\d{1,19}$/;
/** The longest ping. */
const MAX_PING = 32;

/** The shop asks whether the URL answers when a webhook is saved. It is a form, without topic and signature. */
export const isPing = ({ headers, bytes }: HookRequest): boolean =>
  headers[SIGNATURE] === undefined && bytes.length <= MAX_PING && PING.test(bytes.toString('latin1'));

/** The id is made of the time in seconds: two deliveries can have the same. */
export const describe: Source['describe'] = ({ headers }) => ({
  topic: headers['x-wc-webhook-topic'] ?? '',
  deliveryId: headers['x-wc-webhook-delivery-id'],
});
