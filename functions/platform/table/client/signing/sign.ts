import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Credentials } from './credentials.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * AWS Signature Version 4 for a POST to `/`, the only request that DynamoDB accepts. Returns the given headers, in
 * lower case, with those of the signature. A test compares it with the SDK's signer.
 */
export const openSigner = ({ region, credentials }: { readonly region: string; readonly credentials: Credentials }) => {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  let cachedKey: { readonly day: string; readonly key: KeyObject } | undefined;
  const signingKey = (day: string): KeyObject => {
    if (cachedKey?.day !== day) {
      const parts = [day, region, 'dynamodb', 'aws4_request'];
      const key = parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`));
      cachedKey = { day, key: createSecretKey(key) };
    }
    return cachedKey.key;
  };

  return (
    headersToSign: Readonly<Record<string, string>>,
    body: string | Buffer,
    now: Date,
  ): Record<string, string> => {
    const time = formatTime(now);
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/dynamodb/aws4_request`;
    const headers: Record<string, string> = {
      ...headersToSign,
      'x-amz-date': time,
      ...(sessionToken && { 'x-amz-security-token': sessionToken }),
    };
    let names = '';
    let lines = '';
    for (const name of Object.keys(headers).sort()) {
      names += names === '' ? name : `;${name}`;
      lines += `${name}:${headers[name]}\n`;
    }
    const canonical = `POST\n/\n\n${lines}\n${names}\n${sha256(body)}`;
    const signature = hmac(signingKey(day), `${ALGORITHM}\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
    const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return { ...headers, authorization };
  };
};

/** `20260715T100000Z` */
const formatTime = (now: Date): string => {
  const iso = now.toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
};

const hmac = (key: Buffer | KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (content: string | Buffer): string => hash('sha256', content);
