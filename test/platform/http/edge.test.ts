import { expect, test } from 'vitest';
import { ApiError } from '../../../functions/platform/errors.ts';
import { securityHeaders } from '../../../functions/platform/http/security-headers.ts';
import { startApp } from '../../support/app.ts';
import { next, things } from './things.ts';

test('returns the media type, the request id and the remaining limit', async () => {
  const app = await startApp(things);
  const { status, headers } = await app.get('/api/things');

  expect(status).toBe(200);
  expect(headers).toEqual({
    ...securityHeaders,
    'content-type': 'application/vnd.api+json',
    'Tributary-Request': 'test',
    'X-Klaviyo-Req-Id': 'test',
    'RateLimit-Limit': '350, 350;w=1, 21000;w=60',
    'RateLimit-Remaining': '349',
    'RateLimit-Reset': '1',
  });
});

test('returns the remaining limit with an error too, once the caller is known', async () => {
  const app = await startApp(things);
  const { status, headers } = await app.get('/api/things?page[size]=0');
  expect([status, headers['RateLimit-Remaining']]).toEqual([400, '349']);
  expect((await app.send('GET', '/api/things', undefined, { authorization: '' })).headers).not.toHaveProperty(
    'RateLimit-Remaining',
  );
});

test('starts links with the requested host', async () => {
  const app = await startApp(things);
  const { body } = await app.get('/api/things?page[size]=2');

  expect(body.data[0].links.self).toBe('https://api.test/api/things/1/');
  expect(body.links.next).toMatch(
    /^https:\/\/api\.test\/api\/things\/\?page%5Bsize%5D=2&page%5Bcursor%5D=[\w-]{8}\.n$/,
  );
});

test('starts links with the public URL if one is set', async () => {
  const app = await startApp(things, { services: { settings: { publicUrl: 'https://in.example.com' } } });
  const { body } = await app.get('/api/things/');

  expect(body.data[0].links.self).toBe('https://in.example.com/api/things/1/');
  expect(body.links.self).toBe('https://in.example.com/api/things/');
});

test('responds to HEAD as to GET, without the body', async () => {
  const app = await startApp(things);
  const { status, headers, body } = await app.send('HEAD', '/api/things');

  expect({ status, body }).toEqual({ status: 200, body: undefined });
  expect(headers).toHaveProperty('content-type');
});

test('refuses an unsupported method, and names the supported ones', async () => {
  const app = await startApp(things);
  const { status, headers, body } = await app.delete('/api/things');

  expect(status).toBe(405);
  expect(headers).toMatchObject({ Allow: 'GET, POST, HEAD', 'Tributary-Request': 'test' });
  expect(body.errors).toMatchObject([{ status: 405, code: 'method_not_allowed' }]);
});

test('responds to a path with invalid percent-encoding', async () => {
  const app = await startApp(things);
  expect((await app.get('/api/things/%zz')).status).toBe(404);
});

test.each(['2026-07-15', '2026-07-15.pre', undefined])('accepts the revision %s', async (revision) => {
  const app = await startApp(things);
  expect((await app.get('/api/things', revision ? { revision } : {})).status).toBe(200);
});

test('refuses an invalid revision', async () => {
  const app = await startApp(things);
  const { status, body } = await app.get('/api/things', { revision: 'v3' });
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ source: { header: 'revision' } }]);
});

const named = (name: string, message: string) => Object.assign(new Error(message), { name, $metadata: {} });

test('returns an unexpected error as 500 without details, and logs it with the request id', async () => {
  const app = await startApp(things);
  next.error = new Error('secret of the house');
  const { status, headers, body } = await app.post('/api/things/1/break', {});

  expect(status).toBe(500);
  expect(headers['Tributary-Request']).toBe('test');
  expect(JSON.stringify(body)).not.toMatch(/secret|functions\//);
  expect(app.lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'ERROR', message: 'request failed', requestId: 'test', error: 'Error', detail: 'secret of the house' },
  ]);
});

test.each([
  ['of the SDK', named('ValidationException', 'key A#1#ID#email#ada@example.com')],
  ['of a schema', Object.assign(new Error('Received "ada@example.com"'), { name: 'ValiError' })],
  ['of a parser', new SyntaxError('"ada@example.com" is not valid JSON')],
])('logs an error %s without the data that it quotes', async (_, error) => {
  const app = await startApp(things);
  next.error = error;
  expect((await app.post('/api/things/1/break', {})).status).toBe(500);
  expect(app.lines).toHaveLength(1);
  expect(app.lines[0]).not.toContain('ada');
});

test('returns 503 with Retry-After when storage is busy', async () => {
  const app = await startApp(things);
  next.error = named('ProvisionedThroughputExceededException', 'slow down');
  const { status, headers, body } = await app.post('/api/things/1/break', {});

  expect(status).toBe(503);
  expect(headers['Retry-After']).toBe('1');
  expect(body.errors).toMatchObject([{ code: 'unavailable' }]);
});

test('refuses a response too large for Lambda, and says what to request instead', async () => {
  const app = await startApp(things);
  // A quote is escaped in the body, and again in the response to Lambda.
  expect((await app.get('/api/things/1500000/quotes')).status).toBe(200);
  const { status, body } = await app.get('/api/things/1600000/quotes');
  expect([status, body.errors[0].source]).toEqual([400, { parameter: 'page[size]' }]);
  expect(body.errors[0].detail).toContain('6200000');
});

test('returns each problem as an error of its own', async () => {
  const app = await startApp(things);
  next.error = new ApiError('conflict', [{ detail: 'One.' }, { detail: 'Two.', meta: { id: 2 } }], { 'X-Hint': 'h' });
  const { status, headers, body } = await app.post('/api/things/1/break', {});

  expect(status).toBe(409);
  expect(headers['X-Hint']).toBe('h');
  expect(body.errors).toEqual([
    {
      id: expect.any(String),
      status: 409,
      code: 'conflict',
      title: 'Conflict.',
      detail: 'One.',
      source: {},
      links: {},
      meta: {},
    },
    expect.objectContaining({ detail: 'Two.', meta: { id: 2 } }),
  ]);
  expect(app.lines).toEqual([]);
});
