import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { statusOf } from '../../../../functions/domains/feeds/web/ladder.ts';
import type { Answers } from '../feed-server.ts';
import { startWebFeeds } from './start.ts';

const body =
  (text: string | Buffer, headers: Readonly<Record<string, string>> = {}): Answers =>
  (_, response) => {
    response.writeHead(200, headers).end(text);
  };

const TOO_LARGE = 'The feed has more than 3.3 MB.';

describe('whatever a server sends, the last good content stays and the reason is shown', () => {
  test.each<readonly [string, 'json' | 'xml', Answers, RegExp | string]>([
    ['half a JSON', 'json', body('[{"title":"A"},{"ti'), /not valid JSON/],
    ['half an XML', 'xml', body('<posts><post>A</post><po'), /not valid XML/],
    ['a JSON that is not UTF-8', 'json', body(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])), /not valid JSON/],
    ['XML for JSON', 'json', body('<posts/>'), 'The feed is XML, but its format is set to json. Change one of them.'],
    ['JSON for XML', 'xml', body('[1]'), /is JSON, but/],
    ['an HTML page', 'xml', body('<!doctype html><title>Log in</title>'), /HTML page/],
    ['a document type', 'xml', body('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'), /DOCTYPE/],
    ['nothing', 'json', body(''), /empty/],
    ['a huge answer', 'json', body(`["${'x'.repeat(3_300_000)}"]`), TOO_LARGE],
    ['a gzip bomb', 'json', body(gzipSync(`["${'x'.repeat(50_000_000)}"]`), { 'content-encoding': 'gzip' }), TOO_LARGE],
    [
      'a redirect',
      'json',
      (_, response) => void response.writeHead(302, { location: '/other' }).end(),
      'The server redirects to another URL. Set that one.',
    ],
    ['404', 'json', (_, response) => void response.writeHead(404).end(), 'The server answered 404.'],
    ['an unasked 304', 'xml', (_, response) => void response.writeHead(304).end(), 'The server answered 304.'],
    ['a slow answer', 'json', (_, response) => void response.writeHead(200).write('['), /did not respond in time/],
    ['a broken connection', 'json', (_, response) => void response.destroy(), /did not respond/],
  ])('%s', async (_, format, answer, reason) => {
    const shop = await startWebFeeds({ totalMs: 1_000 });
    const good = format === 'json' ? '{"posts":[]}' : '<?xml version="1.0"?><posts><a href="/?a&b"/></posts>';
    shop.server.serve(good);
    const { id } = await shop.create({ format });
    await shop.deliver();
    expect(await shop.get(id)).toMatchObject({ good: '2026-01-01T00:00:00.000Z' });
    shop.server.respond(answer);
    shop.advance(15 * 60_000);
    await shop.deliver();
    const feed = await shop.get(id);
    expect(feed).toMatchObject({
      error: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      tried: '2026-01-01T00:15:00.000Z',
      good: '2026-01-01T00:00:00.000Z',
    });
    expect(statusOf(feed)).toBe('warning_periodic_refresh_timeout');
    expect(await shop.contentOf(id)).toBe(good);
    expect(shop.server.requests.filter(({ url }) => url === '/other')).toEqual([]);
  });
});

test('an address that is not on the internet is not asked', async () => {
  const shop = await startWebFeeds();
  const { id } = await shop.create({ url: 'https://169.254.169.254/latest/meta-data' });
  await shop.deliver();
  expect(await shop.get(id)).toMatchObject({ error: expect.stringMatching(/not on the internet/) });
});

test('a feed can be asked by POST, compressed', async () => {
  const shop = await startWebFeeds();
  const text = `["${'x'.repeat(3_000_000)}"]`;
  shop.server.respond(body(gzipSync(text), { 'content-encoding': 'gzip', etag: '"1"' }));
  const { id } = await shop.create({ method: 'post' });
  await shop.deliver();
  shop.advance(15 * 60_000);
  await shop.deliver();
  const [, second] = shop.server.requests;
  expect([second?.method, second?.headers['if-none-match']]).toEqual(['POST', undefined]);
  expect(await shop.contentOf(id)).toBe(text);
});
