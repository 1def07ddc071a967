import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Credentials } from './credentials.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * AWS's Signature Version 4 for a POST to `/`, which is all that DynamoDB takes: the given headers, lower-case, and those
 * that make them the caller's. The SDK's own signer is asked in the tests whether it agrees.
 */
export const openSigner = ({ region, credentials }: { readonly region: string; readonly credentials: Credentials }) => {
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
    const time = timeOf(now);
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/dynamodb/aws4_request`;
    const headers: Record<string, string> = {
      ...given,
      'x-amz-date': time,
      ...(sessionToken && { 'x-amz-security-token': sessionToken }),
    };
    let names = '';
    let lines = '';
    for (const name of Object.keys(headers).sort()) {
      names += names === '' ? name : `;${name}`;
      lines += `${name}:${headers[name]}\n`;
    }
    const canonical = `POST\n/\n\n${lines}\n${names}\n${hashOf(body)}`;
    const signature = hmac(keyOf(day), `${ALGORITHM}\n${time}\n${scope}\n${hashOf(canonical)}`).toString('hex');
    const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return { ...headers, authorization };
  };
};

/** `20260715T100000Z` */
const timeOf = (now: Date): string => {
  const iso = now.toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
};

const hmac = (key: Buffer | KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const hashOf = (given: string | Buffer): string => hash('sha256', given);
