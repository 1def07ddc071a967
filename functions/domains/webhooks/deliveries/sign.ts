import { createHmac } from 'node:crypto';
import { keyOf } from '../records/secret.ts';

/** What a signature covers. */
export interface Signed {
  /** The same for all attempts: receivers recognize repetitions by it. */
  readonly id: string;
  readonly at: Date;
  readonly body: string;
}

const secondsOf = (at: Date): string => String(Math.floor(at.getTime() / 1_000));

/** The headers of Standard Webhooks, with a signature by each secret. */
export const signedHeaders = (
  { id, at, body }: Signed,
  secrets: readonly string[],
): Readonly<Record<string, string>> => {
  const timestamp = secondsOf(at);
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
};
