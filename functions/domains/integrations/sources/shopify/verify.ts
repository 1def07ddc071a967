import { verifyHmac } from '../../source/signature.ts';
import type { Source } from '../../source/source.ts';

const SIGNATURE = 'x-shopify-hmac-sha256';

/** HMAC-SHA-256 of the raw body in Base64, by the secret of the app or of the shop's notifications. */
export const verify: Source['verify'] = ({ headers, bytes }, { secrets }) => {
  const signature = headers[SIGNATURE];
  if (!signature) return 'unsigned';
  return verifyHmac([Buffer.from(signature, 'base64')], { content: bytes, algorithm: 'sha256', secrets });
};

const DOMAIN = /^[a-z0-9.-]{1,253}$/i;

/** Deliveries that are repeated have the same id. */
export const describe: Source['describe'] = ({ headers }) => ({
  topic: headers['x-shopify-topic'] ?? '',
  deliveryId: headers['x-shopify-webhook-id'],
  shop: DOMAIN.exec(headers['x-shopify-shop-domain'] ?? '')?.[0],
});
