import { expect, test } from 'vitest';
import committed from '../../../docs/openapi.json' with { type: 'json' };
import { system } from '../../../functions/services/system.ts';
import { startApp } from '../../support/app.ts';

test('serves health without a key, and without reading the table', async () => {
  const app = await startApp(system);
  const { status, headers, body } = await app.get('/health', { authorization: '' });

  expect(status).toBe(200);
  expect(body).toEqual({ status: 'ok' });
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  expect(headers).not.toHaveProperty('RateLimit-Limit');
  expect(app.requests).toEqual([]);
});

test('serves the committed OpenAPI document as JSON, without a key', async () => {
  const app = await startApp(system);
  const { status, headers, body } = await app.get('/openapi.json', { authorization: '' });

  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/json');
  expect(body).toEqual(committed);
  expect(app.requests).toEqual([]);
});
