import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Wire } from './wire.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * AWS's Signature Version 4 for a POST to `/`, which is all that DynamoDB takes: the given headers, lower-case, and those
 * that make them the caller's. The SDK's own signer is asked in the tests whether it agrees.
 */
export const openSigner = ({ region, credentials }: Pick<Wire, 'region' | 'credentials'>) => {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  let today: { readonly day: string; readonly key: KeyObject } | undefined;
  const keyOf = (day: string): KeyObject => {
    if (today?.day !== day) {
      const parts = [day, region, 'dynamodb', 'aws4_request'];
      const key = parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`));
      today = { day, key: createSecretKey(key) };
    }
    return today.key;
  };

  return (given: Readonly<Record<string, string>>, body: string | Buffer, now: Date): Record<string, string> => {
    const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/dynamodb/aws4_request`;
    const headers = { ...given, 'x-amz-date': time, ...(sessionToken && { 'x-amz-security-token': sessionToken }) };
    const sorted = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
    const names = sorted.map(([name]) => name).join(';');
    const lines = sorted.map(([name, value]) => `${name}:${value}\n`).join('');
    const canonical = `POST\n/\n\n${lines}\n${names}\n${hashOf(body)}`;
    const signature = hmac(keyOf(day), `${ALGORITHM}\n${time}\n${scope}\n${hashOf(canonical)}`).toString('hex');
    const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return { ...headers, authorization };
  };
};

const hmac = (key: Buffer | KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const hashOf = (given: string | Buffer): string => hash('sha256', given);
