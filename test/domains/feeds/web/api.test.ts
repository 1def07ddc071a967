import { expect, test } from 'vitest';
import { openFetch } from '../../../../functions/platform/fetch/fetch.ts';
import { startRedrive } from '../../../support/redrive.ts';
import { startFeedServer } from '../feed-server.ts';

const type = 'web-feed';

const start = async () => {
  const server = await startFeedServer();
  const fetch = openFetch({ allowsLoopback: true });
  const shop = await startRedrive({ fetch: () => fetch, settings: { reachesLoopback: true } });
  const post = (attributes: object = {}) =>
    shop.post('/api/web-feeds', {
      data: {
        type,
        attributes: { name: 'Posts', url: server.url, request_method: 'get', content_type: 'json', ...attributes },
      },
    });
  return { ...shop, server, create: post };
};

test('a feed shows its state, and its content by a link', async () => {
  const shop = await start();
  const created = await shop.create({ url: `${shop.server.url}?key=shown` });
  expect(created.status).toBe(201);
  const { id, attributes } = created.body.data;
  expect(attributes).toMatchObject({
    name: 'Posts',
    url: `${shop.server.url}?key=shown`,
    request_method: 'get',
    content_type: 'json',
    status: 'refreshing',
    stale: true,
    last_fetched_at: null,
    last_good_at: null,
    error: null,
  });
  const missing = await shop.get(`/api/web-feeds/${id}/content`);
  expect([missing.status, missing.body.errors[0].detail]).toEqual([404, `The web feed ${id} has no content yet.`]);

  shop.server.serve('{"posts":["ä"]}');
  await shop.drain();
  const shown = (await shop.get(`/api/web-feeds/${id}`)).body.data.attributes;
  expect(shown).toMatchObject({ status: 'ok', stale: false, error: null });
  expect(shown.last_good_at).toBe(shown.last_fetched_at);
  const { status, headers, body } = await shop.get(`/api/web-feeds/${id}/content`);
  expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
  expect(body.data).toMatchObject({
    type: 'web-feed-content',
    id,
    attributes: { content_type: 'json', byte_count: 16, stale: false, last_good_at: shown.last_good_at },
    links: { self: expect.stringMatching(new RegExp(`/api/web-feeds/${id}/content/$`)) },
  });
  expect(await (await fetch(body.data.attributes.content_url)).text()).toBe('{"posts":["ä"]}');

  // A change fetches at once, and until it works the former content is shown as stale.
  shop.server.serve('<posts/>');
  await shop.patch(`/api/web-feeds/${id}`, { data: { type, id, attributes: { url: shop.server.url } } });
  await shop.drain();
  expect((await shop.get(`/api/web-feeds/${id}`)).body.data.attributes).toMatchObject({
    status: 'warning_periodic_refresh_timeout',
    error: 'The feed is XML, but its format is set to json. Change one of them.',
    last_good_at: shown.last_good_at,
  });
  expect((await shop.get(`/api/web-feeds/${id}/content`)).body.data.attributes).toMatchObject({
    stale: true,
    content_type: 'json',
    last_good_at: shown.last_good_at,
  });
});

test.each([
  [{ url: 'http://shop.example/feed' }, 'The URL must be https.'],
  [{ url: 'https://a:b@shop.example' }, 'a user or a password'],
  [{ url: 'posts' }, 'Not a URL'],
  [{ name: ' ' }, 'is empty'],
  [{ request_method: 'put' }, 'request_method'],
  [{ content_type: 'csv' }, 'content_type'],
])('%j is refused', async (attributes, detail) => {
  const shop = await start();
  const { status, text } = await shop.create(attributes);
  expect(status).toBe(400);
  expect(text).toContain(detail);
});

test('feeds are listed five to a page, filtered and sorted as in Klaviyo', async () => {
  const shop = await start();
  for (const name of ['f', 'e', 'd', 'c', 'b', 'a']) expect((await shop.create({ name })).status).toBe(201);
  const names = async (query: string) =>
    (await shop.get(`/api/web-feeds?${query}`)).body.data.map(
      (one: { readonly attributes: { readonly name: string } }) => one.attributes.name,
    );
  expect(await names('')).toHaveLength(5);
  expect(await names('sort=name&page[size]=2')).toEqual(['a', 'b']);
  expect(await names('sort=-name&filter=any(name,["a","f"])')).toEqual(['f', 'a']);
  expect(await names('filter=less-than(created,2001-01-01T00:00:00Z)')).toEqual([]);
  expect((await shop.get('/api/web-feeds?page[size]=21')).status).toBe(400);
});
