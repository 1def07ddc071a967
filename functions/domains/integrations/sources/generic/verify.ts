import { createHash } from 'node:crypto';
import { isEqual, verifyHmac } from '../../source/signature.ts';
import type { HookRequest, Source, Verification, VerifyOptions } from '../../source/source.ts';

export const verify: Source['verify'] = (request, options) => {
  const signature = options.generic?.signature;
  switch (signature?.kind) {
    case 'hmac': {
      const given = request.headers[signature.header] ?? '';
      if (given === '') return 'unsigned';
      if (!given.startsWith(signature.prefix)) return 'invalid';
      const bytes = Buffer.from(given.slice(signature.prefix.length), signature.encoding);
      const { algorithm } = signature;
      return verifyHmac([bytes], { content: request.bytes, algorithm, secrets: options.secrets });
    }
    case 'standard':
      return verifyStandard(request, options);
    case 'token':
      return verifyToken(request.headers[signature.header] ?? '', options.secrets);
    default:
      return 'invalid';
  }
};

const TOLERANCE_SECONDS = 300;
const MAX_SIGNATURES = 8;

/** Standard Webhooks: `v1,<Base64>` of `<id>.<seconds>.<raw body>`, several during a rotation. */
const verifyStandard = ({ headers, bytes }: HookRequest, { secrets, now }: VerifyOptions): Verification => {
  const [id, seconds, given] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
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
  const result = verifyHmac(signatures.slice(0, MAX_SIGNATURES), { content, algorithm: 'sha256', secrets: keys });
  const isFresh = Math.abs(now.getTime() / 1_000 - Number(seconds)) <= TOLERANCE_SECONDS;
  return result === 'valid' && !isFresh ? 'expired' : result;
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const verifyToken = (given: string, secrets: readonly string[]): Verification => {
  if (given === '') return 'unsigned';
  const matches = secrets.map((secret) => isEqual(digest(given), digest(secret)));
  return matches.includes(true) ? 'valid' : 'invalid';
};

export const describe: Source['describe'] = ({ headers }, { generic }) => ({
  topic: (generic?.topicHeader && headers[generic.topicHeader]) ?? '',
  deliveryId: generic?.deliveryHeader
    ? headers[generic.deliveryHeader]
    : generic?.signature.kind === 'standard'
      ? headers['webhook-id']
      : undefined,
});
