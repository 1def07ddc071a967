import { request } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import { expect, inject, test } from 'vitest';
import { call, profileOf, timelineOf } from '../../support/deployed/http.ts';
import { somebody } from '../../support/deployed/klaviyo.ts';

const stack = () => inject('stack');

/** Without Node's own decompression. */
const load = (path: string, headers: Readonly<Record<string, string>>) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    request(new URL(path, stack().apiUrl), { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });

test('the deployed stack serves the script compressed, and its versions', async () => {
  const path = `/onsite.js?company_id=${stack().companyId}`;
  const { status, headers, body } = await load(path, { 'accept-encoding': 'gzip, br' });
  expect([status, headers['content-encoding']]).toEqual([200, 'br']);
  const text = brotliDecompressSync(body).toString();
  const tracker = `onsite.js?company_id=${stack().companyId}&v=`;
  expect(text).toContain(`"tracker":"${tracker}`);
  const version = /&v=([0-9a-f]+)/.exec(text)?.[1];
  const { headers: cached, body: code } = await load(`/${tracker}${version}`, { 'accept-encoding': 'br' });
  expect(cached['cache-control']).toContain('immutable');
  expect(brotliDecompressSync(code).toString()).toContain(`"company":"${stack().companyId}"`);
  expect((await load(path, { 'if-none-match': String(headers.etag) })).status).toBe(304);
  const { body: config } = await call('GET', `/client/onsite?company_id=${stack().companyId}`);
  expect(config).toMatchObject({ company: stack().companyId, consent: 'required' });
});

test('a script identifies a visitor without a preflight, and tracks by the token', async () => {
  const email = somebody();
  const query = `?company_id=${stack().companyId}&onsite=true`;
  const headers = {
    'content-type': 'text/plain',
    origin: 'https://shop.example',
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  };
  const identified = await call('POST', `/client/profiles${query}`, {
    body: { data: { type: 'profile', attributes: { email } } },
    headers,
  });
  expect(identified.status).toBe(200);
  const { exchange_id } = identified.body.meta;
  const event = {
    data: {
      type: 'event',
      attributes: {
        properties: {},
        metric: { data: { type: 'metric', attributes: { name: 'Active on Site' } } },
        profile: { data: { type: 'profile', attributes: { _kx: exchange_id } } },
      },
    },
  };
  expect((await call('POST', `/client/events${query}`, { body: event, headers })).status).toBe(202);
  const { id } = await profileOf(email);
  expect(await timelineOf(id)).toHaveLength(1);
});
