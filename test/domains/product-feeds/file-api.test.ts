import { expect, test } from 'vitest';
import { itemBody } from '../../support/catalog/catalog-bodies.ts';
import { startRedrive } from '../../support/redrive.ts';

const start = async () => {
  const app = await startRedrive();
  const create = async (attributes: object) =>
    app.post('/api/product-feeds', {
      data: { type: 'product-feed', attributes: { name: 'All', kind: 'newest', ...attributes } },
    });
  const change = async (id: string, attributes: object) => {
    const { body } = await app.patch(`/api/product-feeds/${id}`, { data: { type: 'product-feed', id, attributes } });
    await app.drain();
    return body.data.attributes;
  };
  /** Without a key, as Google does. */
  const open = (url: string, headers: Readonly<Record<string, string>> = {}) =>
    app.get(new URL(url).pathname, { authorization: '', ...headers });
  return { ...app, create, change, open };
};

test('anybody who has the URL gets the file, until it is rotated', async () => {
  const app = await start();
  await app.post('/api/catalog-items', {
    data: itemBody('a', { price: 12.5, currency: 'EUR', image_full_url: 'https://shop.example/a.jpg' }),
  });
  await app.post('/api/catalog-items', { data: itemBody('b') });
  const { body } = await app.create({ file_format: 'merchant_xml' });
  const { id, attributes: created } = body.data;
  expect(created).toMatchObject({ file_format: 'merchant_xml', file_currency: null, file_built_at: null });
  expect(created.file_url).toMatch(/^https:\/\/[^/]+\/feeds\/\w{6}-\w{26}-\w{32}\.xml$/);
  // It is not built yet.
  expect((await app.open(created.file_url)).status).toBe(404);
  await app.drain();
  const built = (await app.get(`/api/product-feeds/${id}`)).body.data.attributes;
  expect(built).toMatchObject({ file_url: created.file_url, file_product_count: 1 });
  expect(built.file_left_out).toEqual([{ reason: 'no_image', count: 1 }]);
  expect((await app.get('/api/product-feeds')).body.data[0].attributes).not.toHaveProperty('file_url');

  const { status, headers } = await app.open(created.file_url);
  expect(status).toBe(302);
  const file = await fetch(String(headers.location));
  expect(file.headers.get('content-type')).toBe('application/xml');
  expect(await file.text()).toContain('<g:price>12.50 EUR</g:price>');
  const again = await app.open(created.file_url, { 'if-none-match': String(headers.etag) });
  expect([again.status, again.headers.location]).toEqual([304, undefined]);

  const rotated = await app.change(id, { rotate_file_url: true });
  expect(rotated.file_url).not.toBe(created.file_url);
  expect((await app.open(created.file_url)).status).toBe(404);
  expect((await app.open(rotated.file_url)).status).toBe(302);
  const other = await app.change(id, { file_format: 'json', file_currency: 'USD' });
  expect(other.file_url).toBe(rotated.file_url.replace(/xml$/, 'json'));
  expect((await app.open(rotated.file_url)).status).toBe(404);
  const json = (await app.open(other.file_url)).headers.location;
  expect(await (await fetch(String(json))).json()).toMatchObject([{ id: 'b' }, { id: 'a', price: '12.50 EUR' }]);
  expect((await app.change(id, { name: 'Other' })).file_url).toBe(other.file_url);
  const audit = JSON.stringify((await app.get('/api/audit-entries')).body.data);
  expect(audit).toContain('"file_url":"(not shown)"');
  for (const url of [created, rotated, other].map(({ file_url }) => String(file_url)))
    expect(audit).not.toContain(url.slice(-'x.json'.length - 24, -'.json'.length));
  expect((await app.change(id, { file_format: null })).file_url).toBeNull();
  expect((await app.open(other.file_url)).status).toBe(404);
});

test('an unknown URL tells nothing', async () => {
  const app = await start();
  const { body } = await app.create({ file_format: 'json' });
  await app.drain();
  const url: string = body.data.attributes.file_url;
  const answers = await Promise.all(
    [
      url.replace(/\w{32}\.json$/, `${'a'.repeat(32)}.json`),
      url.replace('.json', '.xml'),
      url.replace(/-\w{26}-/, '-01J00000000000000000000000-'),
      url.replace(/feeds\/\w{6}/, 'feeds/ABC123'),
      `${url}x`,
      new URL('/feeds/x', url).href,
    ].map((one) => app.open(one)),
  );
  const [first] = answers;
  for (const { status, body: answer } of answers)
    expect([status, answer.errors[0].detail]).toEqual([404, first?.body.errors[0].detail]);
});

test.each([
  { kind: 'recently_viewed', file_format: 'json' },
  { exclude_bought: true, file_format: 'merchant_xml' },
  { file_format: 'csv' },
  { file_format: 'json', file_currency: 'euro' },
])('%j is refused', async (attributes) => {
  const app = await start();
  expect((await app.create(attributes)).status).toBe(400);
});

test('a feed with a file can not become one that depends on a person', async () => {
  const app = await start();
  const { id } = (await app.create({ file_format: 'json' })).body.data;
  const attributes = { kind: 'recently_viewed' };
  const { status, body } = await app.patch(`/api/product-feeds/${id}`, {
    data: { type: 'product-feed', id, attributes },
  });
  expect([status, body.errors[0].source.pointer]).toEqual([400, '/data/attributes/file_format']);
});
