import { expect, test } from 'vitest';
import { itemBody, PREFIX } from '../../support/catalog/catalog-bodies.ts';
import { call } from '../../support/deployed/http.ts';

test('a product feed is a file for Google, whose URL can be rotated', async () => {
  const own = crypto.randomUUID();
  const category = { type: 'catalog-category', attributes: { external_id: own, name: own } };
  await call('POST', '/api/catalog-categories', { body: { data: category } });
  const attributes = { price: 12.5, currency: 'EUR', image_full_url: 'https://shop.example/a.jpg' };
  expect((await call('POST', '/api/catalog-items', { body: { data: itemBody(own, attributes, [own]) } })).status).toBe(
    201,
  );
  const feed = { name: `Feed ${own}`, kind: 'newest', category_ids: [`${PREFIX}${own}`], file_format: 'merchant_xml' };
  const created = await call('POST', '/api/product-feeds', {
    body: { data: { type: 'product-feed', attributes: feed } },
  });
  expect(created.status).toBe(201);
  const { id } = created.body.data;
  const shown = async () => (await call('GET', `/api/product-feeds/${id}`)).body.data.attributes;
  const change = (changed: object) =>
    call('PATCH', `/api/product-feeds/${id}`, { body: { data: { type: 'product-feed', id, attributes: changed } } });
  await expect.poll(async () => (await shown()).file_product_count, { timeout: 60_000, interval: 500 }).toBe(1);
  const { file_url: url } = await shown();
  const file = await fetch(url);
  expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/xml']);
  expect(await file.text()).toContain('<g:price>12.50 EUR</g:price>');
  const { headers, status } = await fetch(url, { redirect: 'manual' });
  expect(status).toBe(302);
  const same = await fetch(url, { redirect: 'manual', headers: { 'if-none-match': headers.get('etag') ?? '' } });
  expect(same.status).toBe(304);
  const whole = await call('POST', '/api/product-feeds', {
    body: {
      data: { type: 'product-feed', attributes: { ...feed, name: `All ${own}`, kind: 'all', file_format: 'json' } },
    },
  });
  const all = `/api/product-feeds/${whole.body.data.id}`;
  const wholeFile = async () => (await call('GET', all)).body.data.attributes;
  await expect.poll(async () => (await wholeFile()).file_product_count, { timeout: 60_000, interval: 500 }).toBe(1);
  expect(await (await fetch((await wholeFile()).file_url)).json()).toMatchObject([{ id: own, price: '12.50 EUR' }]);
  expect((await call('DELETE', all)).status).toBe(204);
  // The third file takes the place of the first.
  for (const name of ['B', 'C']) {
    await change({ name: `${name} ${own}` });
    const content = async () => (await fetch(url)).text();
    await expect.poll(content, { timeout: 60_000, interval: 500 }).toContain(`${name} ${own}`);
  }
  await change({ rotate_file_url: true });
  expect([(await fetch(url)).status, (await fetch((await shown()).file_url)).status]).toEqual([404, 200]);
  expect((await call('DELETE', `/api/product-feeds/${id}`)).status).toBe(204);
});
