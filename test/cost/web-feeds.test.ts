import { expect, test } from 'vitest';
import { webFeeds } from '../../functions/domains/feeds/web/feed.ts';
import { startWebFeeds } from '../domains/feeds/web/start.ts';

test('a fetch costs a read, a write and a message, and new content two requests to the bucket', async () => {
  const shop = await startWebFeeds();
  const calls: string[] = [];
  const files = new Proxy(shop.files, {
    get: (target, name) => {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        calls.push(String(name));
        return value.apply(target, args);
      };
    },
  });
  shop.watch(async ({ command }, next) => {
    calls.push(command);
    return next();
  });
  const services = { ...shop.services, imports: () => files };
  const fetchNext = async (): Promise<readonly string[]> => {
    shop.advance(15 * 60_000);
    calls.length = 0;
    await shop.deliver(services);
    expect(shop.sent).toHaveLength(1);
    return [...calls];
  };
  shop.server.serve('[1]', { etag: '"1"' });
  const { id } = await shop.create();
  await shop.deliver(services);
  // Ends the plan that came with the creation.
  await fetchNext();

  const [read, write] = ['GetItemCommand', 'UpdateItemCommand'];
  expect(await fetchNext()).toEqual([read, write]);
  shop.server.serve('[2]', { etag: '"2"' });
  expect(await fetchNext()).toEqual([read, 'write', write, 'list']);
  shop.server.serve('[3]', { etag: '"3"' });
  // Removing is free.
  expect(await fetchNext()).toEqual([read, 'write', write, 'list', 'remove']);
  shop.server.serve('[3]');
  expect(await fetchNext()).toEqual([read, write]);
  shop.server.respond((_, response) => void response.writeHead(503).end());
  expect(await fetchNext()).toEqual([read, write]);
  // Each of them takes one unit.
  const item = webFeeds.toItem(await shop.get(id), webFeeds.key({ account: shop.account, id }));
  expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(1_024);
});
