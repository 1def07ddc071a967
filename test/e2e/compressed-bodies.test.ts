import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { expect, inject, test } from 'vitest';
import { bodyLimits } from '../../functions/platform/http/body/limits.ts';
import { profileOf } from '../support/deployed/http.ts';
import { somebody } from '../support/deployed/klaviyo.ts';

const MEBIBYTE = 1024 * 1024;
const { unpacked } = bodyLimits({});

const Answer = v.object({ errors: v.optional(v.array(v.object({ code: v.string(), detail: v.string() })), []) });

/** Through API Gateway, which passes bodies of this type in base64, whatever their content: others may come as text. */
const post = async (path: string, packed: Buffer, type = 'application/vnd.api+json') => {
  const { apiUrl, apiKey } = inject('stack');
  const began = performance.now();
  const response = await fetch(`${apiUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': type, 'content-encoding': 'gzip', authorization: `Klaviyo-API-Key ${apiKey}` },
    body: new Uint8Array(packed),
  });
  const body = v.parse(Answer, await response.json());
  return { status: response.status, body, ms: performance.now() - began };
};

test('reads a compressed body', async () => {
  const email = somebody();
  const body = { data: { type: 'profile', attributes: { email, first_name: 'Zoë' } } };
  expect((await post('/api/profiles', gzipSync(JSON.stringify(body)))).status).toBe(201);
  expect((await profileOf(email)).attributes.first_name).toBe('Zoë');
});

test('reads a compressed body of maximum size, and reports its problems', async () => {
  const { status, body } = await post('/api/profile-bulk-import-jobs', gzipSync(`[${'0,'.repeat(unpacked / 2 - 2)}0]`));
  expect([status, body.errors[0]?.code]).toEqual([400, 'invalid']);
});

test('refuses a decompression bomb, and the function survives', async () => {
  const member = gzipSync(Buffer.alloc(MEBIBYTE, ' '));
  const bombs = [gzipSync(Buffer.alloc(64 * MEBIBYTE)), Buffer.concat(Array.from({ length: 1_024 }, () => member))];
  for (const bomb of bombs) {
    const { status, body, ms } = await post('/api/event-bulk-create-jobs', bomb);
    expect([status, body.errors[0]?.code]).toEqual([413, 'too_large']);
    expect(ms).toBeLessThan(10_000);
  }
  expect((await post('/api/profiles', gzipSync('{}'))).status).toBe(400);
});

test('refuses a compressed body that came as text, with what to do', async () => {
  const body = JSON.stringify({ data: { type: 'profile', attributes: { email: somebody() } } });
  const { status, body: answer } = await post('/api/profiles', gzipSync(body), 'application/json');
  expect([status, answer.errors[0]?.detail]).toEqual([400, expect.stringContaining('application/vnd.api+json')]);
});
