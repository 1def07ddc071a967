import { expect, test } from 'vitest';
import committed from '../../../docs/openapi.json' with { type: 'json' };
import { system } from '../../../functions/services/system.ts';
import { startApp } from '../../support/app.ts';

test('health answers anybody, and asks nothing of the table', async () => {
  const app = await startApp(system);
  const { status, headers, body } = await app.get('/health', { authorization: '' });

  expect(status).toBe(200);
  expect(body).toEqual({ status: 'ok' });
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  expect(headers).not.toHaveProperty('RateLimit-Limit');
  expect(app.requests).toEqual([]);
});

test('the OpenAPI document is served to anybody as JSON, as it is committed', async () => {
  const app = await startApp(system);
  const { status, headers, body } = await app.get('/openapi.json', { authorization: '' });

  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/json');
  expect(body).toEqual(committed);
  expect(app.requests).toEqual([]);
});
