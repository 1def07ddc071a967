import * as v from 'valibot';
import { verifyTimed } from '../../source/signature.ts';
import type { HookRequest, Source } from '../../source/source.ts';

/** `t=<seconds>,v1=<hex>,…`: HMAC-SHA-256 of `<seconds>.<raw body>`. While a secret is replaced, there are several. */
export const verify: Source['verify'] = ({ headers, bytes }, { secrets, now }) => {
  const header = headers['stripe-signature'];
  if (!header) return 'unsigned';
  const parts = header.split(',').map((part) => part.trim().split('='));
  const seconds = parts.find(([name]) => name === 't')?.[1] ?? '';
  const signatures = parts.flatMap(([name, value = '']) => (name === 'v1' ? [Buffer.from(value, 'hex')] : []));
  const content = Buffer.concat([Buffer.from(`${seconds}.`), bytes]);
  return verifyTimed(signatures, { seconds, content, secrets }, now);
};

const Envelope = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ id: v.optional(v.string()), type: v.optional(v.string(), '') }),
);

/** Stripe names both in the body only, which is signed. */
export const describe: Source['describe'] = ({ bytes }: HookRequest) => {
  const { success, output } = v.safeParse(Envelope, bytes.toString('utf8'));
  return success ? { topic: output.type, deliveryId: output.id } : { topic: '' };
};
