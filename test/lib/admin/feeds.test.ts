import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { feedSyncs } from '../../../functions/domains/feeds/records/store.ts';
import { update } from '../../../functions/platform/table/write.ts';
import { feeds } from '../../../functions/services/feeds.ts';
import { startApp } from '../../support/app.ts';
import { tableEndpoint } from '../../support/table.ts';
import { cli } from './cli.ts';

const startCli = async (command: 'feeds' | 'web-feeds' | 'product-feeds') => {
  const app = await startApp(feeds, { services: { queue: () => ({ send: async () => undefined }) } });
  const folder = mkdtempSync(join(tmpdir(), 'admin-'));
  const file = join(folder, 'stack.json');
  const names = { tableName: app.tableName, importsBucket: 'none' };
  writeFileSync(file, JSON.stringify({ awsEndpoint: tableEndpoint(), ...names }));
  const run = (...args: readonly string[]) => cli([command, ...args, '--account', app.account, '--stack-file', file]);
  return { app, run, folder };
};

test('lists web feeds with their state', async () => {
  const { app, run } = await startCli('web-feeds');
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
  const { app, run } = await startCli('feeds');
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

test('shows of a feed and its last sync what the API shows', async () => {
  const { app, run } = await startCli('feeds');
  const source = { kind: 'url', location: 'https://shop.example/feed.xml' };
  const mapping = { title: 'name' };
  const attributes = { name: 'Products', source, mapping, products_path: 'data.items', grace_hours: 3 };
  const { id } = (await app.post('/api/catalog-feeds', { data: { type: 'catalog-feed', attributes } })).body.data;
  const related = { 'catalog-feed': { data: { type: 'catalog-feed', id } } };
  const data = { type: 'catalog-feed-sync-job', relationships: related };
  const job = (await app.post('/api/catalog-feed-sync-jobs', { data })).body.data.id;
  const stored = { set: { status: 'complete', isUnchanged: true, hasFile: true } } as const;
  await app.table.write(update(feedSyncs, { account: app.account, id: job }, stored));

  const { out } = await run('show', id, '--json');
  const shown = JSON.parse(out);
  expect(shown).toMatchObject({
    feed: { kind: 'url', source: source.location, credentials: 'none', products_path: 'data.items', grace_hours: 3 },
    syncs: [{ id: job, status: 'complete', is_unchanged: true, rows: 0 }],
    failed_rows_url: expect.stringContaining(`/failed/${job}.csv`),
  });
  expect(JSON.parse(shown.feed.mapping)).toEqual(mapping);
  expect(JSON.parse((await run('list', '--json')).out)).toMatchObject([{ id, last_sync: 'complete' }]);
});

test('refuses a feed of an SFTP server without its host key, or with a secret that is none', async () => {
  const { run, folder } = await startCli('feeds');
  const hostKey = `SHA256:${'A'.repeat(43)}`;
  const secretFile = join(folder, 'secret');
  const problemOf = async (location: string, ...options: readonly string[]) => {
    const { code, err } = await run('create', 'Products', location, ...options);
    expect(code).toBe(1);
    return err;
  };
  const location = 'sftp://shop@files.example/feed.xml';
  writeFileSync(secretFile, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
  expect(await problemOf(location, '--host-key', hostKey, '--secret-file', secretFile)).toContain('PKCS #8');
  expect(await problemOf(location, '--host-key', hostKey)).toContain('An SFTP server needs `credentials`');
  expect(await problemOf(location, '--host-key', hostKey, '--secret-file', folder)).toContain('cannot be read');
  const both = await problemOf('sftp://files.example/feed.xml');
  expect(both).toContain('names no user');
  expect(both).toContain('It is no fingerprint');
});

test('shows product feeds, and gives a file another URL', async () => {
  const { app, run } = await startCli('product-feeds');
  expect((await run('list', '--json')).out.trim()).toBe('[]');
  const create = async (
    attributes: object,
  ): Promise<{ readonly id: string; readonly attributes: { file_url: string } }> =>
    (await app.post('/api/product-feeds', { data: { type: 'product-feed', attributes } })).body.data;
  const { id, attributes } = await create({ name: 'New', kind: 'newest', file_format: 'json' });
  expect(JSON.parse((await run('list', '--json')).out)).toMatchObject([{ id, kind: 'newest', file: 'json' }]);
  const path = new URL(attributes.file_url).pathname;
  expect(JSON.parse((await run('show', id, '--json')).out)).toMatchObject({ id, status: 'queued', file_path: path });
  const rotated = JSON.parse((await run('rotate', id, '--json')).out);
  expect(rotated.file_path).not.toBe(path);
  expect((await app.get(`/api/product-feeds/${id}`)).body.data.attributes.file_url).toContain(rotated.file_path);
  const other = await create({ name: 'Other', kind: 'random' });
  expect((await run('rotate', other.id)).err).toContain('is no file');
});
