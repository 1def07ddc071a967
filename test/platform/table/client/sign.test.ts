import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSigner } from '../../../../functions/platform/table/client/signing/sign.ts';

test('requests are signed as by the SDK', async () => {
  const name = fc.stringMatching(/^[A-Za-z0-9/+=]{1,40}$/);
  const cases = fc.record({
    accessKeyId: name,
    secretAccessKey: name,
    sessionToken: fc.option(name, { nil: undefined }),
    region: fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1'),
    body: fc.string({ unit: 'grapheme' }),
    now: fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ accessKeyId, secretAccessKey, sessionToken, region, body, now }) => {
      const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
      const host = `dynamodb.${region}.amazonaws.com`;
      const headers = {
        host,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.GetItem',
      };
      const sdk = new SignatureV4({ service: 'dynamodb', region, credentials, sha256: Sha256, applyChecksum: false });
      const request = { method: 'POST', protocol: 'https:', hostname: host, path: '/', headers, body };
      const { headers: expected } = await sdk.sign(request, { signingDate: now });

      expect(openSigner({ region, credentials })(headers, body, now)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test('a signer that lives past midnight uses the key of the new day', () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const sign = openSigner({ region: 'us-east-1', credentials });
  const at = (time: string, by = sign) => by({ host: 'h' }, '{}', new Date(time)).authorization;
  const first = at('2026-01-01T23:59:59Z');
  expect(at('2026-01-02T00:00:00Z')).toBe(at('2026-01-02T00:00:00Z', openSigner({ region: 'us-east-1', credentials })));
  expect(at('2026-01-01T23:59:59Z')).toBe(first);
});
