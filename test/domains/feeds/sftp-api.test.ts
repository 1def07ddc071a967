import { expect, test } from 'vitest';
import { parseSftpLocation, sftpLocation } from '../../../functions/domains/feeds/records/sftp-location.ts';
import { openSftp } from '../../../functions/platform/fetch/sftp/sftp.ts';
import { startRedrive } from '../../support/redrive.ts';
import { sftpPassword, sftpPrivateKey, startSftpServer } from '../../support/servers/sftp-server.ts';
import { productsFeed } from './start.ts';

const start = async () => {
  const files = await startSftpServer();
  const sftp = openSftp({ allowsLoopback: true });
  const shop = await startRedrive({ sftp: () => sftp });
  const source = { kind: 'sftp', location: files.location('/feed.json'), host_key: files.hostKey() };
  const create = (attributes: object) =>
    shop.post('/api/catalog-feeds', {
      data: { type: 'catalog-feed', attributes: { name: 'Products', ...attributes } },
    });
  const preview = (attributes: object) =>
    shop.post('/api/catalog-feed-previews', { data: { type: 'catalog-feed-preview', attributes } });
  return { ...shop, files, source, create, preview };
};
const password = { kind: 'password', secret: sftpPassword };

test('a feed of an SFTP server shows its location and host key, and no secret', async () => {
  const shop = await start();
  const { status, text, body } = await shop.create({ source: shop.source, credentials: password });
  expect([status, text.includes(sftpPassword)]).toEqual([201, false]);
  expect(body.data.attributes).toMatchObject({ source: shop.source, credentials: { kind: 'password', name: null } });
  // What is shown can be sent.
  const path = `/api/catalog-feeds/${body.data.id}`;
  const data = { type: 'catalog-feed', id: body.data.id, attributes: { source: body.data.attributes.source } };
  expect((await shop.patch(path, { data })).status).toBe(200);
  const key = { kind: 'private_key', secret: `${sftpPrivateKey}\n` };
  const changed = await shop.patch(path, { data: { ...data, attributes: { credentials: key } } });
  expect(changed.body.data.attributes.credentials).toEqual({ kind: 'private_key', name: null });
  expect(changed.text).not.toContain('PRIVATE KEY');
});

test('a preview shows the first products of a file, and why a server cannot be read', async () => {
  const shop = await start();
  // Larger than what a request could read: the transfer ends after the first products.
  const feed = Buffer.from(productsFeed(3_000));
  shop.files.files.set('/feed.json', {
    ...{ size: 500_000_000, modified: 1 },
    read: (at, length) => (at < feed.length ? feed.subarray(at, at + length) : 'silence'),
  });
  const { body } = await shop.preview({ source: shop.source, credentials: password });
  expect(body.data.attributes).toMatchObject({ problem: null, errors: [] });
  expect(body.data.attributes.products).toHaveLength(40);

  const problemOf = async (attributes: object) => (await shop.preview(attributes)).body.data.attributes.problem;
  expect(await problemOf({ source: shop.source, credentials: { ...password, secret: 'wrong' } })).toMatch(
    /refuses the user 'shop' with this password/,
  );
  const source = { ...shop.source, host_key: `SHA256:${'A'.repeat(43)}` };
  expect(await problemOf({ source, credentials: password })).toMatch(/host key is SHA256:/);
});

test('all problems are reported at once', async () => {
  const shop = await start();
  const { status, body } = await shop.create({
    source: { kind: 'sftp', location: 'sftp://files.example/feed.json', host_key: 'MD5:00' },
    credentials: { kind: 'private_key', secret: 'ssh-ed25519 AAAA' },
    interval_hours: 0,
  });
  expect(status).toBe(400);
  const found = body.errors.map(({ detail, source }: { detail: string; source: { pointer: string } }) => [
    source.pointer.replace('/data/attributes/', ''),
    detail,
  ]);
  expect(found).toEqual([
    ['source/location', expect.stringMatching(/names no user/)],
    ['source/host_key', expect.stringMatching(/no fingerprint/)],
    ['credentials/secret', expect.stringMatching(/no private key/)],
    ['interval_hours', expect.anything()],
  ]);
  const other = await shop.create({ name: '', source: shop.source, credentials: { kind: 'basic' } });
  const pointers = other.body.errors.map(({ source }: { source: { pointer: string } }) => source.pointer);
  expect(pointers).toContain('/data/attributes/name');
  expect(pointers).toContain('/data/attributes/credentials');
});

test.each([
  [{}, /An SFTP server needs `credentials`/],
  [{ credentials: { kind: 'basic', name: 'shop', secret: 'x' } }, /An SFTP server needs `credentials`/],
  [{ source: { kind: 'url', location: 'https://shop.example' }, credentials: password }, /A URL takes `credentials`/],
  [
    { source: { kind: 'url', location: 'http://a:b@shop.example' }, credentials: password },
    /contains a user.*A URL takes `credentials`/,
  ],
])('%j is refused', async (attributes, detail) => {
  const shop = await start();
  const { status, body } = await shop.create({ source: shop.source, ...attributes });
  expect([status, JSON.stringify(body.errors)]).toEqual([400, expect.stringMatching(detail)]);
});

test.each([
  ['sftp://shop@files.example/feed.xml', { user: 'shop', host: 'files.example', port: 22, path: '/feed.xml' }],
  [
    'SFTP://shop@Files.Example:443/a%20b/f%23.xml',
    { user: 'shop', host: 'files.example', port: 443, path: '/a b/f#.xml' },
  ],
  ['sftp://a%40b@[2001:db8::1]:2222/~/feed.xml', { user: 'a@b', host: '2001:db8::1', port: 2222, path: 'feed.xml' }],
  ['sftp://shop@0x7f.1/feed', { user: 'shop', host: '127.0.0.1', port: 22, path: '/feed' }],
])('the location %s', (text, location) => {
  expect(parseSftpLocation(text)).toEqual(location);
  expect(parseSftpLocation(sftpLocation(location))).toEqual(location);
});

test.each([
  ['https://shop@files.example/feed.xml', /no location/],
  ['files.example/feed.xml', /no location/],
  ['sftp://shop:secret@files.example/feed.xml', /contains a password/],
  ['sftp://shop@files.example/', /names no file/],
  ['sftp://shop@files.example', /names no file/],
  ['sftp://shop@files.example/feeds/', /names no file/],
  ['sftp://shop@files.example/feed.xml?a=1', /%3F/],
  ['sftp://shop@files.example/100%.xml', /begins no encoded/],
  ['sftp://shop@files.example/a%00b', /control characters/],
  ['sftp://shop@files.example:0/feed.xml', /port is 0/],
  ['sftp://shop@/feed.xml', /no location/],
])('the location %s is refused', (text, problem) => {
  expect(parseSftpLocation(text)).toMatch(problem);
});
