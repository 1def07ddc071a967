import { createHash } from 'node:crypto';
import { isEqual, verifyHmac } from '../../source/signature.ts';
import type { Source, Verification } from '../../source/source.ts';
import { verifyStandard, WEBHOOK_ID } from '../../source/standard-webhooks.ts';

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
      ? headers[WEBHOOK_ID]
      : undefined,
});
