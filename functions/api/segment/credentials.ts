import * as v from 'valibot';
import type { MatchedRequest } from '../../platform/http/protocol.ts';
import { contentOf } from './content.ts';

const PRIVATE_KEY_PREFIX = 'pk_';

export const isPrivateKey = (writeKey: string): boolean => writeKey.startsWith(PRIVATE_KEY_PREFIX);

const BodyWithKey = v.looseObject({ writeKey: v.string() });

/**
 * The write key of a request: the user name of Basic authentication, a private key as Bearer token, or `writeKey` in
 * the body. An OAuth token comes with the key in the body. The body is read only if the header has no key.
 */
export const findWriteKey = ({ route, event, params }: MatchedRequest): string | undefined => {
  if (params.writeKey !== undefined) return params.writeKey;
  return keyOfHeader(event.headers.authorization ?? '') ?? keyOfContent({ route, event });
};

const keyOfContent = (request: Pick<MatchedRequest, 'route' | 'event'>): string | undefined => {
  const content = contentOf(request);
  const result = v.safeParse(BodyWithKey, content);
  return result.success ? result.output.writeKey : undefined;
};

/** Undefined for a header without a key, such as an OAuth token. */
const keyOfHeader = (authorization: string): string | undefined => {
  const [, scheme = '', value = ''] = /^(\w+)\s+(\S+)$/.exec(authorization.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic':
      return Buffer.from(value, 'base64').toString('utf8').split(':')[0];
    case 'bearer':
      return isPrivateKey(value) ? value : undefined;
    default:
      return undefined;
  }
};
