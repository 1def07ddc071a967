import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { storeSecret } from '../../../functions/domains/feeds/records/secrets.ts';
import type { Answers } from './feed-server.ts';
import { productsFeed, startFeeds } from './start.ts';

const body =
  (text: string | Buffer, headers: Readonly<Record<string, string>> = {}): Answers =>
  (_, response) => {
    response.writeHead(200, headers).end(text);
  };

/** Sends pieces until the other side hangs up. */
const endless =
  (first: string, piece: string): Answers =>
  (_, response) => {
    response.writeHead(200).write(first);
    const send = (): void => {
      if (response.destroyed) return;
      if (response.write(piece)) setImmediate(send);
      else response.once('drain', send);
    };
    send();
  };

const MEGABYTE = 1024 * 1024;

/** A megabyte that becomes more than a gigabyte. A gzip file may have many members: the same one again is made once. */
const gzipBomb = (): Buffer => {
  const member = gzipSync(Buffer.alloc(10 * MEGABYTE, 'x'));
  return Buffer.concat([gzipSync('["'), ...Array.from({ length: 110 }, () => member)]);
};

describe('whatever a server sends, nothing is written and the reason is shown', () => {
  test.each<readonly [string, Answers, RegExp]>([
    ['half a JSON', body(productsFeed(20).slice(0, 900)), /ends in the middle of/],
    ['half an XML', body('<p><i><id>1</id></i><i>'), /not valid XML/],
    ['an HTML page', body('<!doctype html><title>Log in</title>', { 'content-type': 'application/json' }), /HTML page/],
    ['nothing', body(''), /empty/],
    ['a gzip bomb', body(gzipBomb(), { 'content-encoding': 'gzip' }), /more than 1024 MB/],
    [
      'a document type',
      body('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><p><i>&b;</i></p>'),
      /document type/,
    ],
    ['404', (_, response) => void response.writeHead(404).end(), /answered 404. Check the URL/],
    ['401', (_, response) => void response.writeHead(401).end(), /and its credentials/],
    [
      'a redirect inwards',
      (_, response) => void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
      /169\.254\.169\.254 is not on the internet/,
    ],
    [
      'a redirect without end',
      (request, response) => void response.writeHead(302, { location: `${request.url}1` }).end(),
      /redirects too often/,
    ],
  ])('%s', async (_, answer, reason) => {
    const shop = await startFeeds();
    const { id } = await shop.create({ graceHours: 0, maxMissing: 100 });
    shop.server.serve(productsFeed(3));
    await shop.sync(id);
    shop.server.respond(answer);
    expect(await shop.sync(id)).toMatchObject({ status: 'failed', error: expect.stringMatching(reason) });
    expect(await shop.item('p1')).toMatchObject({ published: true, title: 'Product 1' });
  });
});

test('a server that is down is asked four times', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create();
  let answers = 0;
  shop.server.respond((_, response) => {
    answers += 1;
    if (answers < 3) response.writeHead(503).end();
    else response.writeHead(200).end(productsFeed(2));
  });
  const { id: sync } = await shop.start(id);
  expect(await shop.work(sync)).toMatchObject({ status: 'processing', tries: 1 });
  expect(await shop.work(sync)).toMatchObject({ status: 'processing', tries: 2 });
  expect(await shop.work(sync)).toMatchObject({ status: 'complete' });

  shop.server.respond((_, response) => void response.writeHead(500).end());
  const { id: next } = await shop.start(id);
  for (let tries = 0; tries < 3; tries++) await shop.work(next);
  expect(await shop.work(next)).toMatchObject({
    status: 'failed',
    error: 'The server answered 500. It was tried 4 times.',
  });
});

test('a connection that breaks is a try, and what was sent is not used', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create();
  shop.server.respond((_, response) => {
    response.writeHead(200, { 'content-length': '100000' });
    response.write(productsFeed(3));
    setTimeout(() => response.destroy(), 20);
  });
  const { id: sync } = await shop.start(id);
  expect(await shop.work(sync)).toMatchObject({ status: 'processing', stage: 'fetch', tries: 1 });
  expect(await shop.item('p1')).toBeUndefined();
});

test('an endless feed and a slow one end at the bounds of the request', async () => {
  const shop = await startFeeds({ totalMs: 500, maxBytes: 2 * MEGABYTE });
  const { id } = await shop.create();
  shop.server.respond(endless('[', '{"id":"1","title":"A","link":"https://shop.example"},'.repeat(1_000)));
  expect(await shop.sync(id)).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(/more than 2097152 bytes/),
  });
  shop.server.respond((_, response) => void response.writeHead(200).write('['));
  const { id: sync } = await shop.start(id);
  expect(await shop.work(sync)).toMatchObject({ stage: 'fetch', tries: 1 });
});

test('a feed that changes between requests is read as the first request had it', async () => {
  const shop = await startFeeds();
  const { id } = await shop.create();
  let answers = 0;
  shop.server.respond((_, response) => {
    answers += 1;
    response.writeHead(200).end(productsFeed(250, () => ({ title: `Answer ${answers}` })));
  });
  const { id: sync } = await shop.start(id);
  // Each run has time for one piece.
  let done = await shop.work(sync, () => 1_000);
  for (let runs = 0; done.status !== 'complete' && runs < 40; runs++) done = await shop.work(sync, () => 1_000);
  expect(done).toMatchObject({ status: 'complete', counts: { created: 500 } });
  expect(await shop.item('p249')).toMatchObject({ title: 'Answer 1' });
  expect(answers).toBe(1);
});

test('the secret is sent to the source, and is nowhere in clear', async () => {
  const shop = await startFeeds();
  const secret = 'correct horse battery';
  const { id } = await shop.create({ credentials: { kind: 'basic', user: 'shop', secret } });
  shop.server.serve(productsFeed(1));
  await shop.sync(id);
  const encoded = Buffer.from(`shop:${secret}`).toString('base64');
  expect(shop.server.requests.at(-1)?.headers.authorization).toBe(`Basic ${encoded}`);
  await shop.change(id, { credentials: { kind: 'header', name: 'X-Api-Key', secret } });
  await shop.sync(id);
  expect(shop.server.requests.at(-1)?.headers).toMatchObject({ 'x-api-key': secret });
  expect(shop.server.requests.at(-1)?.headers.authorization).toBeUndefined();
  const stored = JSON.stringify(await shop.allItems());
  expect(stored).toContain('catalog_feed_secret');
  for (const clear of [secret, encoded]) {
    expect(stored).not.toContain(clear);
    expect(JSON.stringify([shop.sent, shop.lines])).not.toContain(clear);
  }
  // A caller who can change the feed cannot learn it.
  const elsewhere = { kind: 'url', url: 'https://attacker.example/feed' } as const;
  await expect(shop.change(id, { source: elsewhere })).rejects.toMatchObject({ code: 'invalid' });
  await shop.change(id, { source: elsewhere, credentials: null });
  expect(JSON.stringify(await shop.allItems())).not.toContain('catalog_feed_secret');
});

test('a secret goes to no other server than the one that it was given for', async () => {
  const shop = await startFeeds();
  const credentials = { kind: 'header', name: 'X-Api-Key', secret: 'the first' } as const;
  const { id } = await shop.create({ credentials });
  shop.server.serve(productsFeed(1));
  // A change of both that has stored one of them.
  const source = { kind: 'url', url: 'https://new.example/feed' } as const;
  await storeSecret(id, { source, secret: 'the second' }, shop.context());
  const requests = shop.server.requests.length;
  expect(await shop.sync(id)).toMatchObject({ status: 'failed', error: expect.stringMatching(/Send them again/) });
  expect(shop.server.requests).toHaveLength(requests);
  await shop.change(id, { credentials });
  expect(await shop.sync(id)).toMatchObject({ status: 'complete' });
});
