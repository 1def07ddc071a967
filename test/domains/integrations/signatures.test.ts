import { expect, test } from 'vitest';
import type { GenericSettings } from '../../../functions/domains/integrations/source/generic-settings.ts';
import type { SourceName } from '../../../functions/domains/integrations/source/names.ts';
import { sources } from '../../../functions/domains/integrations/sources/sources.ts';

interface Vector {
  readonly source: SourceName;
  readonly secret: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly at?: number;
  readonly signature?: GenericSettings['signature'];
}

/** Computed by openssl, or published by the authors of the scheme. */
const vectors: readonly Vector[] = [
  {
    source: 'shopify',
    secret: 'hush-hush-hush-hush',
    body: '{"id":4711}',
    headers: { 'x-shopify-hmac-sha256': 'EFyx5xxQgwPlfoE9uayPwxZNyCCwOtAKXRmLLzP3j74=' },
  },
  {
    source: 'woocommerce',
    secret: 'hush-hush-hush-hush',
    body: '{"id":4711}',
    headers: { 'x-wc-webhook-signature': 'EFyx5xxQgwPlfoE9uayPwxZNyCCwOtAKXRmLLzP3j74=' },
  },
  {
    source: 'stripe',
    secret: 'whsec_hush-hush-hush-hush',
    body: '{"id":4711}',
    headers: { 'stripe-signature': 't=1784100000,v1=115a95920c25d0618cb9fcb9e205d2a3677be6d758b82eb731a1da0d502e40ed' },
    at: 1_784_100_000,
  },
  // From docs.github.com: validating webhook deliveries.
  {
    source: 'generic',
    secret: "It's a Secret to Everybody",
    body: 'Hello, World!',
    headers: { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' },
    signature: { kind: 'hmac', header: 'x-hub-signature-256', algorithm: 'sha256', encoding: 'hex', prefix: 'sha256=' },
  },
  {
    source: 'bigcommerce',
    secret: 'hush-hush-hush-hush',
    body: '{"id":4711}',
    headers: {
      'webhook-id': 'delivery-1',
      'webhook-timestamp': '1784100000',
      'webhook-signature': 'v1,s4cdZqdqp+OLlgx9pKXvyS3ZWd5NKly2sOYVyweJmo4=',
    },
    at: 1_784_100_000,
  },
  // From the specification of Standard Webhooks.
  {
    source: 'generic',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    body: '{"test": 2432232314}',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    at: 1_614_265_330,
    signature: { kind: 'standard' },
  },
  {
    source: 'generic',
    secret: 'hush-hush-hush-hush',
    body: '{}',
    headers: { 'x-token': 'hush-hush-hush-hush' },
    signature: { kind: 'token', header: 'x-token' },
  },
];

const verify = ({ source, secret, body, headers, at = 0, signature }: Vector, more: readonly string[] = []) =>
  sources[source].verify(
    { headers, bytes: Buffer.from(body) },
    {
      secrets: [...more, secret],
      now: new Date(at * 1_000),
      ...(signature && { generic: { signature, mapping: '$' } }),
    },
  );

test.each(vectors)('$source verifies what others have signed: $headers', (vector) => {
  expect(verify(vector)).toBe('valid');
  expect(verify(vector, ['a newer secret, not used yet'])).toBe('valid');
  expect(verify({ ...vector, secret: `${vector.secret.slice(0, -4)}AAAA` })).toBe('invalid');
  expect(verify({ ...vector, headers: {} })).toBe('unsigned');
  if (vector.signature?.kind !== 'token') expect(verify({ ...vector, body: `${vector.body} ` })).toBe('invalid');
  if (vector.at !== undefined) expect(verify({ ...vector, at: vector.at + 301 })).toBe('expired');
});

test.each(vectors)('$source refuses garbage in place of a signature: $headers', (vector) => {
  for (const garbage of [
    '',
    ',',
    '=',
    't=,v1=',
    'v1,',
    'ü',
    'x'.repeat(10_000),
    ','.repeat(10_000),
    't=1,v1=00'.repeat(1_000),
  ]) {
    const headers = Object.fromEntries(Object.keys(vector.headers).map((name) => [name, garbage]));
    expect(verify({ ...vector, headers })).not.toBe('valid');
  }
});
