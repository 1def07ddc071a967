import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { feeds } from '../../../functions/services/feeds.ts';
import { startApp } from '../../support/app.ts';
import { tableEndpoint } from '../../support/table.ts';
import { cli } from './cli.ts';

test('lists web feeds with their state', async () => {
  const app = await startApp(feeds, { services: { queue: () => ({ send: async () => undefined }) } });
  const file = join(mkdtempSync(join(tmpdir(), 'admin-')), 'stack.json');
  writeFileSync(
    file,
    JSON.stringify({ awsEndpoint: tableEndpoint(), tableName: app.tableName, importsBucket: 'none' }),
  );
  const run = (...args: readonly string[]) =>
    cli(['web-feeds', ...args, '--account', app.account, '--stack-file', file]);
  expect((await run('list')).err + (await run('list')).out).toContain('There is no web feed yet.');
  const url = 'https://shop.example/posts.json';
  const attributes = { name: 'Posts', url, request_method: 'get', content_type: 'json' };
  const { id } = (await app.post('/api/web-feeds', { data: { type: 'web-feed', attributes } })).body.data;

  const listed = await run('list', '--json');

  expect(JSON.parse(listed.out)).toMatchObject([{ id, name: 'Posts', status: 'refreshing', stale: true, url }]);
  const missing = await run('refresh', 'none');
  expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('There is no web feed none.')]);
});

test('lists and shows catalog feeds without what is secret in their URLs', async () => {
  const app = await startApp(feeds);
  const file = join(mkdtempSync(join(tmpdir(), 'admin-')), 'stack.json');
  writeFileSync(
    file,
    JSON.stringify({ awsEndpoint: tableEndpoint(), tableName: app.tableName, importsBucket: 'none' }),
  );
  const run = (...args: readonly string[]) => cli(['feeds', ...args, '--account', app.account, '--stack-file', file]);
  expect((await run('list', '--json')).out.trim()).toBe('[]');
  const source = { kind: 'url', location: 'https://shop.example/feed.xml?token=hidden' };
  const attributes = { name: 'Products', source, credentials: { kind: 'basic', name: 'shop', secret: 'hidden too' } };
  const { id } = (await app.post('/api/catalog-feeds', { data: { type: 'catalog-feed', attributes } })).body.data;
  const listed = await run('list', '--json');
  expect(listed.code).toBe(0);
  expect(JSON.parse(listed.out)).toMatchObject([
    { id, name: 'Products', source: 'https://shop.example/feed.xml?…', interval_hours: 6 },
  ]);
  const shown = await run('show', id);
  expect(shown.out).toContain('Products');
  expect(listed.out + shown.out).not.toContain('hidden');
  const wrong = await run('create', 'Products', 'http://shop.example/feed');
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('must be https')]);
  const missing = await run('show', 'none');
  expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('There is no catalog feed none.')]);
});
