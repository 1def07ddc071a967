import { describe, expect, test } from 'vitest';
import type { FeedInput } from '../../../functions/domains/feeds/actions.ts';
import { sftpSource } from '../../../functions/domains/feeds/records/sftp-source.ts';
import { sftpPassword, sftpPrivateKey, startSftpServer } from '../../support/servers/sftp-server.ts';
import { productsFeed, startFeeds } from './start.ts';

const FEED = '/feeds/products.json';

const start = async (limits: Parameters<typeof startFeeds>[0] = {}) => {
  const files = await startSftpServer();
  const shop = await startFeeds(limits);
  const sourceAt = (path: string) => sftpSource(files.location(path), files.hostKey());
  const create = (input: Partial<FeedInput> = {}) =>
    shop.create({
      ...{ source: sourceAt(FEED), credentials: { kind: 'password', secret: sftpPassword } },
      ...{ graceHours: 0, maxMissing: 100, ...input },
    });
  return { ...shop, files, sourceAt, create };
};

test('brings the catalog, and reads nothing of a file that has not changed', async () => {
  const shop = await start();
  shop.files.serve(FEED, productsFeed(3));
  const { id } = await shop.create();
  expect(await shop.sync(id)).toMatchObject({ status: 'complete', counts: { rows: 3, created: 6 } });
  expect(await shop.item('p1')).toMatchObject({ title: 'Product 1', published: true });

  const { reads } = shop.files.counts;
  expect(await shop.sync(id)).toMatchObject({ status: 'complete', isUnchanged: true });
  expect(shop.files.counts.reads).toBe(reads);

  shop.files.serve(FEED, productsFeed(4), 1_600_000_001);
  expect(await shop.sync(id)).toMatchObject({ counts: { rows: 4, created: 2, unchanged: 6 } });
});

test('a file of the last minute is read again, since it could change and keep its time and size', async () => {
  const shop = await start();
  shop.files.serve(FEED, productsFeed(3), Math.floor(shop.services.now().getTime() / 1000) - 5);
  const { id } = await shop.create();
  await shop.sync(id);
  expect(await shop.sync(id)).toMatchObject({ counts: { unchanged: 6 } });
  shop.advance(120_000);
  await shop.sync(id);
  expect(await shop.sync(id)).toMatchObject({ isUnchanged: true });
});

describe('whatever a server does, nothing is written and the reason is shown', () => {
  test.each<readonly [string, (shop: Awaited<ReturnType<typeof start>>) => void, RegExp]>([
    ['another host key', ({ files }) => files.changeKey(), /host key is SHA256:/],
    ['no file', ({ files }) => files.files.delete(FEED), /no file '\/feeds\/products.json'/],
    [
      'a directory',
      ({ files }) => files.files.set(FEED, { size: 0, modified: 1, isDirectory: true, read: () => 'failure' }),
      /is a directory/,
    ],
    ['half a JSON', ({ files }) => files.serve(FEED, productsFeed(20).slice(0, 900), 1), /ends in the middle of/],
    ['a picture', ({ files }) => files.serve(FEED, Buffer.from('89504e470d0a', 'hex'), 1), /an image/],
    [
      'a file that is too large',
      ({ files }) => files.files.set(FEED, { size: 600 * 1024 * 1024, modified: 1, read: () => 'silence' }),
      /larger than 512 MB/,
    ],
  ])('%s', async (_, change, reason) => {
    const shop = await start();
    shop.files.serve(FEED, productsFeed(3));
    const { id } = await shop.create();
    await shop.sync(id);
    change(shop);
    expect(await shop.sync(id)).toMatchObject({ status: 'failed', error: expect.stringMatching(reason) });
    expect(await shop.item('p1')).toMatchObject({ published: true, title: 'Product 1' });
  });
});

test.each([
  ['is silent', () => 'silence' as const],
  ['fails', () => 'failure' as const],
  ['sends a file that became shorter', () => Buffer.alloc(0)],
])('a server that %s is tried again', async (_, read) => {
  const shop = await start({ totalMs: 1_500 });
  shop.files.files.set(FEED, { size: 100_000, modified: 1, read });
  const { id } = await shop.create();
  const { id: sync } = await shop.start(id);
  expect(await shop.work(sync)).toMatchObject({ status: 'processing', stage: 'fetch', tries: 1 });
  shop.files.serve(FEED, productsFeed(2));
  expect(await shop.work(sync)).toMatchObject({ status: 'complete', counts: { created: 4 } });
});

test('an endless file ends at the bound of a transfer', async () => {
  const shop = await start({ maxBytes: 2 * 1024 * 1024 });
  shop.files.files.set(FEED, { size: 5e8, modified: 1, read: (_, length) => Buffer.alloc(length, ' ') });
  const { id } = await shop.create();
  expect(await shop.sync(id)).toMatchObject({ status: 'failed', error: expect.stringMatching(/more than 2097152/) });
});

test('a private key and a password are nowhere in clear, and go to no other server', async () => {
  const shop = await start();
  shop.files.serve(FEED, productsFeed(1));
  const { id } = await shop.create({ credentials: { kind: 'private_key', secret: sftpPrivateKey } });
  expect(await shop.sync(id)).toMatchObject({ status: 'complete', counts: { created: 2 } });
  const [, keyLine = ''] = sftpPrivateKey.split('\n');
  const clear = (): string => JSON.stringify([shop.sent, shop.lines]);
  expect(JSON.stringify(await shop.allItems()) + clear()).not.toContain(keyLine);

  await shop.change(id, { credentials: { kind: 'password', secret: sftpPassword } });
  shop.files.serve(FEED, productsFeed(2), 1_600_000_002);
  expect(await shop.sync(id)).toMatchObject({ counts: { created: 2 } });
  expect(JSON.stringify(await shop.allItems()) + clear()).not.toContain(sftpPassword);

  // Another file of the same user is the same server. Another key, user, host or port is not.
  await shop.change(id, { source: shop.sourceAt('/other.json') });
  const own = shop.sourceAt(FEED);
  for (const other of [
    { user: 'eve' },
    { host: 'attacker.example' },
    { port: 23 },
    { hostKey: `SHA256:${'A'.repeat(43)}` },
  ])
    await expect(shop.change(id, { source: { ...own, ...other } })).rejects.toMatchObject({ code: 'invalid' });
  await expect(shop.change(id, { source: { kind: 'url', url: 'https://shop.example' } })).rejects.toThrow(
    /another host/,
  );
  await expect(shop.change(id, { credentials: null })).rejects.toThrow(/An SFTP server needs/);
});
