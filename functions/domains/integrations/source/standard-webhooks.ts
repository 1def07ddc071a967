import { verifyTimed } from './signature.ts';
import type { HookRequest, Verification, VerifyOptions } from './source.ts';

/** The header with the id of a delivery, which repetitions have too. */
export const WEBHOOK_ID = 'webhook-id';

/** Standard Webhooks: `v1,<Base64>` of `<id>.<seconds>.<raw body>`, several during a rotation. */
export const verifyStandard = ({ headers, bytes }: HookRequest, { secrets, now }: VerifyOptions): Verification => {
  const [id, seconds, given] = [WEBHOOK_ID, 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headers[name] ?? '',
  );
  if (!id || !seconds || !given) return 'unsigned';
  const signatures = given
    .split(' ')
    .flatMap((one) => (one.startsWith('v1,') ? [Buffer.from(one.slice('v1,'.length), 'base64')] : []));
  const content = Buffer.concat([Buffer.from(`${id}.${seconds}.`), bytes]);
  const keys = secrets.map((secret) =>
    secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret,
  );
  return verifyTimed(signatures, { seconds, content, secrets: keys }, now);
};
