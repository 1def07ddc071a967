import { WebFeedEnum, WebFeedsApi } from 'klaviyo-api';
import { expect, test } from 'vitest';
import { startFeedServer } from '../../domains/feeds/feed-server.ts';
import { admin } from '../../support/deployed/admin.ts';
import { call } from '../../support/deployed/http.ts';
import { connect, refusal } from '../../support/deployed/klaviyo.ts';

const patient = { timeout: 60_000, interval: 500 };

test("keeps the content of a web feed, by Klaviyo's client", async () => {
  const feeds = connect().open(WebFeedsApi);
  const server = await startFeedServer();
  server.serve('{"hello": "world"}', { 'content-type': 'application/json' });
  const attributes = {
    name: `Feed ${crypto.randomUUID()}`,
    url: server.url,
    requestMethod: 'get' as const,
    contentType: 'json' as const,
  };
  const { response, body } = await feeds.createWebFeed({ data: { type: WebFeedEnum.WebFeed, attributes } });
  expect(response.status).toBe(201);
  const { id } = body.data;
  const content = () => call('GET', `/api/web-feeds/${id}/content`);
  await expect.poll(async () => (await content()).status, patient).toBe(200);
  const { content_url: url } = (await content()).body.data.attributes;
  expect(await (await fetch(url)).json()).toEqual({ hello: 'world' });
  expect((await feeds.getWebFeed(id)).body.data.attributes).toMatchObject({ status: 'ok', url: server.url });

  const name = `${attributes.name}, renamed`;
  await feeds.updateWebFeed(id, { data: { type: WebFeedEnum.WebFeed, id, attributes: { name } } });
  const { data } = (await feeds.getWebFeeds({ filter: `equals(name,"${name}")` })).body;
  expect(data.map((one) => one.id)).toEqual([id]);

  const refresh = () => admin('web-feeds', 'refresh', id);
  const shown = async () => (await feeds.getWebFeed(id)).body.data.attributes;
  server.respond((_, response) => void response.writeHead(404).end());
  expect(await refresh()).toContain(id);
  await expect.poll(async () => (await shown()).status, patient).toBe('warning_periodic_refresh_timeout');
  server.serve('{"hello": "again"}', { 'content-type': 'application/json' });
  // One that fails begins anew.
  await refresh();
  await expect.poll(async () => (await shown()).status, patient).toBe('ok');
  const { content_url: newUrl } = (await content()).body.data.attributes;
  expect(await (await fetch(newUrl)).json()).toEqual({ hello: 'again' });
  expect((await feeds.deleteWebFeed(id)).response.status).toBe(204);
  expect((await refusal(feeds.getWebFeed(id))).status).toBe(404);
});
