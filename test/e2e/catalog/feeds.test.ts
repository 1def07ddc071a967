import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { startFeedServer } from '../../domains/feeds/feed-server.ts';
import { admin } from '../../support/deployed/admin.ts';
import { drop } from '../../support/deployed/bucket.ts';
import { call } from '../../support/deployed/http.ts';
import { sftpPassword, sftpPrivateKey, startSftpServer } from '../../support/servers/sftp-server.ts';

const patient = { timeout: 60_000, interval: 300 };
const related = (id: string) => ({ 'catalog-feed': { data: { type: 'catalog-feed', id } } });

const create = async (source: object, more: object = {}): Promise<string> => {
  const attributes = { name: 'Products', source, ...more };
  const { status, body } = await call('POST', '/api/catalog-feeds', {
    body: { data: { type: 'catalog-feed', attributes } },
  });
  expect(status).toBe(201);
  return body.data.id;
};

/** Syncs the feed, and returns the job once it has ended. */
const sync = async (feed: string) => {
  const data = { type: 'catalog-feed-sync-job', relationships: related(feed) };
  const started = await call('POST', '/api/catalog-feed-sync-jobs', { body: { data } });
  expect(started.status).toBe(202);
  const path = `/api/catalog-feed-sync-jobs/${started.body.data.id}`;
  const job = async () => (await call('GET', path)).body.data.attributes;
  await expect.poll(async () => (await job()).status, patient).toMatch(/^(complete|failed)$/);
  return job();
};

const product = (id: string, more: object = {}) => ({
  ...{ id, title: `Product ${id}`, link: `https://shop.example/${id}`, price: 11, inventory_quantity: 2 },
  ...more,
});
const itemOf = async (id: string) =>
  (await call('GET', `/api/catalog-items/$custom:::$default:::${id}`)).body.data.attributes;

test('brings the catalog from a URL, writes only differences, and says what is wrong', {
  timeout: 180_000,
}, async () => {
  const server = await startFeedServer();
  const id = crypto.randomUUID();
  const feed = await create(
    { kind: 'url', location: server.url },
    { credentials: { kind: 'header', name: 'X-Key', secret: 'of the shop' } },
  );
  server.serve(JSON.stringify([product(id), product(`${id}-2`, { link: 'nowhere' })]), { etag: '"one"' });

  const first = await sync(feed);
  expect(first).toMatchObject({ status: 'complete', row_count: 2, created_count: 2, failed_count: 1 });
  expect(server.requests.at(-1)?.headers['x-key']).toBe('of the shop');
  expect(first.errors).toMatchObject([{ row: 2, field: 'link' }]);
  expect(await (await fetch(first.failed_rows_url)).text()).toContain('link');
  expect(await itemOf(id)).toMatchObject({ title: `Product ${id}`, price: 11 });

  expect(await sync(feed)).toMatchObject({ status: 'complete', created_count: 0, updated_count: 0 });
  server.serve(JSON.stringify([product(id, { price: 12 })]), { etag: '"two"' });
  expect(await sync(feed)).toMatchObject({ status: 'complete', updated_count: 2, created_count: 0 });
  expect(await itemOf(id)).toMatchObject({ price: 12 });

  server.serve('<html></html>');
  expect(await sync(feed)).toMatchObject({ status: 'failed', error: expect.stringMatching(/HTML page/) });
  expect(await itemOf(id)).toMatchObject({ price: 12 });
  expect(JSON.parse(await admin('feeds', 'show', feed))).toMatchObject({ feed: { id: feed } });
});

test('brings the catalog from an SFTP server, for a password and for a private key', { timeout: 180_000 }, async () => {
  const server = await startSftpServer();
  const id = crypto.randomUUID();
  server.serve('/feeds/products.json', JSON.stringify([product(id)]));
  const source = { kind: 'sftp', location: server.location('/feeds/products.json'), host_key: server.hostKey() };
  const credentials = { kind: 'password', secret: sftpPassword };
  const data = { type: 'catalog-feed-preview', attributes: { source, credentials } };
  const preview = await call('POST', '/api/catalog-feed-previews', { body: { data } });
  expect(preview.body.data.attributes).toMatchObject({ problem: null, products: [{ id }, { id }] });
  const feed = await create(source, { credentials });
  expect(await sync(feed)).toMatchObject({ status: 'complete', created_count: 2 });
  expect(await itemOf(id)).toMatchObject({ title: `Product ${id}` });
  expect(await sync(feed)).toMatchObject({ status: 'complete', is_unchanged: true });

  server.serve('/feeds/products.json', JSON.stringify([product(id, { price: 12 })]), 1_600_000_001);
  const file = join(mkdtempSync(join(tmpdir(), 'tributary-feeds-')), 'key');
  writeFileSync(file, sftpPrivateKey);
  const options = ['--host-key', server.hostKey(), '--secret-file', file, '--json'];
  const { id: own } = JSON.parse(await admin('feeds', 'create', 'By key', source.location, ...options));
  expect(await sync(own)).toMatchObject({ status: 'complete', row_count: 1 });
  expect(await itemOf(id)).toMatchObject({ price: 12 });
});

test('previews, changes and deletes a feed of a file', { timeout: 120_000 }, async () => {
  const id = crypto.randomUUID();
  const location = `catalog-feeds/${inject('stack').companyId}/files/${id}.csv`;
  await drop(location, `id,title,link,price,quantity\n${id},A shirt,https://shop.example/shirt,"1.234,50 EUR",3\n`);
  const source = { kind: 'file', location };
  const data = { type: 'catalog-feed-preview', attributes: { source } };
  const { body } = await call('POST', '/api/catalog-feed-previews', { body: { data } });
  expect(body.data.attributes.products[0]).toMatchObject({ id, price: 1234.5, currency: 'EUR' });

  const feed = await create(source);
  expect(await sync(feed)).toMatchObject({ status: 'complete', created_count: 2 });
  const changed = { data: { type: 'catalog-feed', id: feed, attributes: { max_missing_percent: 1e-200 } } };
  const { status, body: shown } = await call('PATCH', `/api/catalog-feeds/${feed}`, { body: changed });
  expect([status, shown.data.attributes.max_missing_percent]).toEqual([200, 0]);
  expect((await call('DELETE', `/api/catalog-feeds/${feed}`)).status).toBe(204);
  expect((await call('GET', `/api/catalog-feeds/${feed}`)).status).toBe(404);
  expect(await itemOf(id)).toMatchObject({ title: 'A shirt' });
});
