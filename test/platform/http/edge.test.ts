import { expect, test } from 'vitest';
import { ApiError } from '../../../functions/platform/errors.ts';
import { securityHeaders } from '../../../functions/platform/http/security-headers.ts';
import { startApp } from '../../support/app.ts';
import { next, things } from './things.ts';

test('an answer has its media type, the id of its request, and what is left of the limit', async () => {
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

test('an error tells what is left of the limit too, once it is known who asks', async () => {
  const app = await startApp(things);
  const { status, headers } = await app.get('/api/things?page[size]=0');
  expect([status, headers['RateLimit-Remaining']]).toEqual([400, '349']);
  expect((await app.send('GET', '/api/things', undefined, { authorization: '' })).headers).not.toHaveProperty(
    'RateLimit-Remaining',
  );
});

test('links begin with the host that was asked', async () => {
  const app = await startApp(things);
  const { body } = await app.get('/api/things?page[size]=2');

  expect(body.data[0].links.self).toBe('https://api.test/api/things/1/');
  expect(body.links.next).toMatch(
    /^https:\/\/api\.test\/api\/things\/\?page%5Bsize%5D=2&page%5Bcursor%5D=[\w-]{8}\.n$/,
  );
});

test('links begin with the public URL where there is one', async () => {
  const app = await startApp(things, { services: { settings: { publicUrl: 'https://in.example.com' } } });
  const { body } = await app.get('/api/things/');

  expect(body.data[0].links.self).toBe('https://in.example.com/api/things/1/');
  expect(body.links.self).toBe('https://in.example.com/api/things/');
});

test('HEAD answers as GET does, without the body', async () => {
  const app = await startApp(things);
  const { status, headers, body } = await app.send('HEAD', '/api/things');

  expect({ status, body }).toEqual({ status: 200, body: undefined });
  expect(headers).toHaveProperty('content-type');
});

test('a method that a path does not answer is refused with those that it does', async () => {
  const app = await startApp(things);
  const { status, headers, body } = await app.delete('/api/things');

  expect(status).toBe(405);
  expect(headers).toMatchObject({ Allow: 'GET, POST, HEAD', 'Tributary-Request': 'test' });
  expect(body.errors).toMatchObject([{ status: 405, code: 'method_not_allowed' }]);
});

test('a path with broken percent-encoding is answered', async () => {
  const app = await startApp(things);
  expect((await app.get('/api/things/%zz')).status).toBe(404);
});

test.each(['2026-07-15', '2026-07-15.pre', undefined])('the revision %s is taken', async (revision) => {
  const app = await startApp(things);
  expect((await app.get('/api/things', revision ? { revision } : {})).status).toBe(200);
});

test('what is no revision is refused', async () => {
  const app = await startApp(things);
  const { status, body } = await app.get('/api/things', { revision: 'v3' });
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ source: { header: 'revision' } }]);
});

const named = (name: string, message: string) => Object.assign(new Error(message), { name, $metadata: {} });

test('what nobody foresaw is a 500 that shows nothing, and is logged under the id of the request', async () => {
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
])('an error %s is logged without the data that it quotes', async (_, error) => {
  const app = await startApp(things);
  next.error = error;
  expect((await app.post('/api/things/1/break', {})).status).toBe(500);
  expect(app.lines).toHaveLength(1);
  expect(app.lines[0]).not.toContain('ada');
});

test('storage that is busy is a 503 that says when to come back', async () => {
  const app = await startApp(things);
  next.error = named('ProvisionedThroughputExceededException', 'slow down');
  const { status, headers, body } = await app.post('/api/things/1/break', {});

  expect(status).toBe(503);
  expect(headers['Retry-After']).toBe('1');
  expect(body.errors).toMatchObject([{ code: 'unavailable' }]);
});

test('an answer that Lambda could not send is refused with what to ask for', async () => {
  const app = await startApp(things);
  // A quote is escaped in the body, and so twice in what Lambda is given.
  expect((await app.get('/api/things/1500000/quotes')).status).toBe(200);
  const { status, body } = await app.get('/api/things/1600000/quotes');
  expect([status, body.errors[0].source]).toEqual([400, { parameter: 'page[size]' }]);
  expect(body.errors[0].detail).toContain('6200000');
});

test('every problem is an entry of its own', async () => {
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
