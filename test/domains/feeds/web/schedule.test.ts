import { expect, test } from 'vitest';
import { isStale, statusOf } from '../../../../functions/domains/feeds/web/ladder.ts';
import { fetchDue, requeueDueFetch } from '../../../../functions/domains/feeds/web/schedule.ts';
import { startWebFeeds } from './start.ts';

const MINUTE = 60_000;

const start = async () => {
  const shop = await startWebFeeds();
  /** Lets the time pass, with a delivery every 15 minutes. */
  const pass = async (minutes: number): Promise<void> => {
    for (let passed = 0; passed < minutes; passed += 15) {
      shop.advance(15 * MINUTE);
      await shop.deliver();
    }
  };
  const fails = () => shop.server.respond((_, response) => void response.writeHead(503).end());
  return { ...shop, pass, fails, status: async (id: string) => statusOf(await shop.get(id)) };
};

test('a feed is fetched at once, then every 15 minutes', async () => {
  const shop = await start();
  shop.server.serve('{"posts":[1]}');
  const { id } = await shop.create();
  expect(await shop.status(id)).toBe('refreshing');
  await shop.deliver();
  expect(await shop.get(id)).toMatchObject({ good: '2026-01-01T00:00:00.000Z', next: '2026-01-01T00:15:00.000Z' });
  expect(await shop.status(id)).toBe('ok');
  expect(await shop.contentOf(id)).toBe('{"posts":[1]}');
  await shop.pass(60);
  expect(shop.server.requests).toHaveLength(5);
  expect(shop.sent).toHaveLength(1);
});

test('a source that says nothing has changed is not read, and the same content is not written again', async () => {
  const shop = await start();
  shop.server.serve('[1]', { etag: '"1"' });
  const { id } = await shop.create();
  await shop.deliver();
  const { kept } = await shop.get(id);
  await shop.pass(15);
  expect(shop.server.requests.at(-1)?.headers['if-none-match']).toBe('"1"');
  expect(await shop.status(id)).toBe('ok');
  shop.server.serve('[1]', { etag: '"2"' });
  await shop.pass(15);
  expect(await shop.get(id)).toMatchObject({ kept, etag: '"2"', good: '2026-01-01T00:30:00.000Z' });
  // Before the bucket removes it.
  shop.advance(7 * 24 * 60 * MINUTE);
  await shop.pass(15);
  expect(shop.server.requests.at(-1)?.headers['if-none-match']).toBeUndefined();
  expect((await shop.get(id)).kept?.stored).toBe('2026-01-08T00:45:00.000Z');
  expect(await shop.contentOf(id)).toBe('[1]');
});

test('the former content stays while a link may lead to it', async () => {
  const shop = await start();
  const { id } = await shop.create();
  for (const text of ['[1]', '[2]', '[3]']) {
    shop.server.serve(text);
    await shop.pass(15);
  }
  expect(await shop.contentOf(id)).toBe('[3]');
  expect(await shop.keysOf(id)).toHaveLength(2);
});

test('a feed that fails is fetched nightly after three hours, and disabled after three nights', async () => {
  const shop = await start();
  shop.server.serve('[1]');
  const { id } = await shop.create();
  await shop.deliver();
  shop.fails();
  await shop.pass(15);
  expect(await shop.get(id)).toMatchObject({ error: 'The server answered 503.', good: '2026-01-01T00:00:00.000Z' });
  expect(await shop.status(id)).toBe('warning_periodic_refresh_timeout');
  await shop.pass(165);
  expect(await shop.status(id)).toBe('warning_periodic_refresh_timeout');
  await shop.pass(15);
  // Since 00:15, so that the first night is the next one.
  expect(await shop.get(id)).toMatchObject({ nights: 0, next: '2026-01-02T03:00:00.000Z' });
  expect(await shop.status(id)).toBe('warning_nightly_refresh_timeout');
  const requests = shop.server.requests.length;
  await shop.pass(24 * 60);
  expect(await shop.get(id)).toMatchObject({ nights: 1 });
  expect(await shop.status(id)).toBe('warning_nightly_refresh_timeout');
  await shop.pass(24 * 60);
  expect(await shop.status(id)).toBe('critical_nightly_refresh_timeout');
  await shop.pass(24 * 60);
  expect(await shop.status(id)).toBe('disabled');
  expect(shop.server.requests).toHaveLength(requests + 3);
  await shop.pass(60);
  expect(shop.server.requests).toHaveLength(requests + 3);
  expect(shop.sent).toEqual([]);
  const disabled = await shop.get(id);
  expect([disabled.next, isStale(disabled)]).toEqual([undefined, true]);
  expect(await shop.contentOf(id)).toBe('[1]');

  shop.server.serve('[2]');
  await shop.change(id, { name: 'News' });
  expect(await shop.status(id)).toBe('refreshing');
  await shop.deliver();
  expect(await shop.status(id)).toBe('ok');
  expect(await shop.contentOf(id)).toBe('[2]');
  await shop.pass(15);
  expect(shop.server.requests).toHaveLength(requests + 5);
});

test('a nightly fetch that works brings a feed back, and it begins anew', async () => {
  const shop = await start();
  shop.fails();
  const { id } = await shop.create();
  await shop.deliver();
  await shop.pass(27 * 60);
  expect(await shop.get(id)).toMatchObject({ nights: 1 });
  shop.server.serve('[1]');
  await shop.pass(24 * 60);
  const back = await shop.get(id);
  expect([statusOf(back), back.nights, back.failing, back.error]).toEqual(['ok', undefined, undefined, undefined]);
  shop.fails();
  await shop.pass(15);
  expect(await shop.status(id)).toBe('warning_periodic_refresh_timeout');
});

test('a nightly fetch may take 30 seconds, others 5', async () => {
  const shop = await start();
  const waits: (number | undefined)[] = [];
  const send = shop.services.fetch();
  const services = {
    ...shop.services,
    fetch: (): typeof send => (url, options) => {
      waits.push(options?.totalMs);
      return send(url, options);
    },
  };
  shop.fails();
  await shop.create();
  await shop.deliver(services);
  shop.advance(3 * 60 * MINUTE);
  await shop.deliver(services);
  shop.advance(24 * 60 * MINUTE);
  await shop.deliver(services);
  expect(waits).toEqual([5_000, 5_000, 30_000]);
});

test('a change while a feed is fetched wins', async () => {
  const shop = await start();
  const { id } = await shop.create();
  const other = `${shop.server.url}2`;
  shop.server.respond(async (request, response) => {
    shop.advance(1_000);
    if (request.url === '/feed') await shop.change(id, { url: other });
    response.writeHead(200).end(JSON.stringify([request.url]));
  });
  const [planned, early] = shop.sent.splice(0);
  await fetchDue(early, shop.services);
  expect(await shop.status(id)).toBe('refreshing');
  await fetchDue(planned, shop.services);
  await shop.deliver();
  expect(await shop.contentOf(id)).toBe('["/feed2"]');
  // A rename changes no schedule.
  const { next } = await shop.get(id);
  shop.sent.length = 0;
  expect(await shop.change(id, { name: 'News' })).toMatchObject({ name: 'News', next });
  expect(shop.sent).toEqual([]);
});

test('a feed that is deleted leaves nothing', async () => {
  const shop = await start();
  shop.server.serve('[1]');
  const { id } = await shop.create();
  await shop.deliver();
  expect(await shop.keysOf(id)).toHaveLength(1);
  await shop.remove(id);
  await shop.deliver();
  expect(await shop.keysOf(id)).toEqual([]);
  await shop.pass(30);
  expect(shop.sent).toEqual([]);
  expect(shop.server.requests).toHaveLength(1);
});

test('a message that failed five times is sent again', async () => {
  const shop = await start();
  const message = { kind: 'web-feed-due', account: shop.account, feed: 'f', at: '2026-01-01T04:00:00.000Z' };
  expect(await requeueDueFetch(message, 'reason', shop.services)).toBe('requeued');
  expect(shop.sent).toEqual([message]);
});
