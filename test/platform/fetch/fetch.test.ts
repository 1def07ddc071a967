import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, expect, test } from 'vitest';
import { type FetchOptions, type FetchSettings, openFetch } from '../../../functions/platform/fetch/fetch.ts';

const LOOPBACK = '127.0.0.1';
const open: (() => void)[] = [];
afterEach(() => {
  for (const stop of open.splice(0)) stop();
});

/** A server on this machine, and the requests it received. */
const serve = async (listener: RequestListener) => {
  const asked: { readonly method: string; readonly url: string; readonly headers: object; body: string }[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: '' };
    asked.push(one);
    request.on('data', (part) => {
      one.body += part;
    });
    request.on('end', () => listener(request, response));
  });
  await new Promise<void>((done) => server.listen(0, LOOPBACK, done));
  open.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const { port } = server.address() as AddressInfo;
  return { url: `http://${LOOPBACK}:${port}`, port, asked };
};

/** As in production, except that it may connect to this machine, and without TLS. */
const fetchLocally = (url: string, options?: FetchOptions, settings: FetchSettings = {}) =>
  openFetch({ protocols: ['http:'], allowsAddress: (address) => address === LOOPBACK, ...settings })(url, options);

const redirectTo =
  (location: string, status = 302): RequestListener =>
  (_, response) =>
    response.writeHead(status, { location }).end();

test('returns status, headers and body of a response, and no cookies', async () => {
  const { url, asked } = await serve((_, response) =>
    response.writeHead(404, { 'X-Kind': 'plain', 'set-cookie': 'a=1' }).end('für Ada'),
  );
  const answer = await fetchLocally(`${url}/feed?a=1`, { headers: { accept: 'text/csv' } });
  expect(answer).toMatchObject({ status: 404, url: `${url}/feed?a=1`, headers: { 'x-kind': 'plain' } });
  expect(answer.headers).not.toHaveProperty('set-cookie');
  expect(await answer.text()).toBe('für Ada');
  expect(asked).toMatchObject([{ method: 'GET', url: '/feed?a=1', headers: { accept: 'text/csv' } }]);
  expect(Object.keys(asked[0]?.headers ?? {}).toSorted()).toEqual(['accept', 'accept-encoding', 'connection', 'host']);
});

test.each([
  'http://shop.example/',
  'ftp://shop.example/',
  'file:///etc/passwd',
  'https://ada:secret@shop.example/',
  'shop.example',
])('refuses %s before resolving it', async (url) => {
  const resolve = () => Promise.reject(new Error('resolved'));
  await expect(openFetch({ resolve })(url)).rejects.toMatchObject({ code: 'invalidUrl' });
});

test('refuses a host with both a public and an internal address', async () => {
  const resolve = async () => [
    { address: '93.184.215.14', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ];
  await expect(openFetch({ resolve })('https://shop.example/')).rejects.toMatchObject({ code: 'forbiddenAddress' });
});

test('resolves a host once, and connects to the checked address', async () => {
  const { port, asked } = await serve((_, response) => response.end('here'));
  const answers = ['127.0.0.1', '10.0.0.1'];
  let resolved = 0;
  const resolve = async () => [{ address: answers[resolved++] ?? '', family: 4 }];
  const answer = await fetchLocally(`http://shop.example:${port}/`, {}, { resolve });
  expect(await answer.text()).toBe('here');
  expect([resolved, asked[0]?.headers]).toMatchObject([1, { host: `shop.example:${port}` }]);

  await expect(fetchLocally(`http://shop.example:${port}/`, {}, { resolve })).rejects.toMatchObject({
    code: 'forbiddenAddress',
  });
});

test('follows a few redirects, and no more', async () => {
  const { url, asked } = await serve((request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end('arrived');
    else response.writeHead(302, { location: `/${left - 1}` }).end();
  });
  const answer = await fetchLocally(`${url}/3`);
  expect([await answer.text(), answer.url, asked.length]).toEqual(['arrived', `${url}/0`, 4]);
  await expect(fetchLocally(`${url}/4`)).rejects.toMatchObject({ code: 'invalidRedirect' });
  await expect(fetchLocally(`${url}/1`, { maxRedirects: 0 })).rejects.toMatchObject({ code: 'invalidRedirect' });
});

test.each([
  ['http://10.0.0.1/', 'forbiddenAddress'],
  ['http://169.254.169.254/latest/meta-data/', 'forbiddenAddress'],
  ['http://[::1]/', 'forbiddenAddress'],
  ['//192.168.0.1/', 'forbiddenAddress'],
  ['http://within.example/', 'forbiddenAddress'],
  ['https://shop.example/', 'invalidUrl'],
  ['file:///etc/passwd', 'invalidUrl'],
  ['http://ada:secret@shop.example/', 'invalidUrl'],
  ['http://', 'invalidUrl'],
])('refuses a redirect to %s like the address itself', async (location, code) => {
  const { url } = await serve(redirectTo(location));
  const resolve = async () => [{ address: '10.0.0.1', family: 4 }];
  await expect(fetchLocally(url, {}, { resolve })).rejects.toMatchObject({ name: 'FetchError', code });
});

test('sends another host no secret header and no body', async () => {
  const { port, asked } = await serve((_, response) => response.end());
  const { url } = await serve(redirectTo(`http://other.example:${port}/`, 303));
  const resolve = async () => [{ address: LOOPBACK, family: 4 }];
  const sent = {
    method: 'POST',
    body: 'secret',
    headers: { authorization: 'Bearer secret', 'x-api-key': 'secret', 'content-type': 'text/csv', accept: 'text/csv' },
  } as const;
  await fetchLocally(url, sent, { resolve });
  expect(asked).toMatchObject([{ method: 'GET', body: '', headers: { accept: 'text/csv' } }]);
  expect(JSON.stringify(asked)).not.toMatch(/secret|content-type/);

  const { url: again } = await serve(redirectTo(`http://other.example:${port}/`, 307));
  await expect(fetchLocally(again, sent, { resolve })).rejects.toMatchObject({ code: 'invalidRedirect' });
  expect(asked).toHaveLength(1);
});

test('sends the same host everything again after a redirect', async () => {
  const { url, asked } = await serve((request, response) =>
    request.url === '/' ? redirectTo('/there', 308)(request, response) : response.end(),
  );
  await fetchLocally(url, { method: 'PUT', body: 'rows', headers: { authorization: 'Bearer own' } });
  expect(asked).toMatchObject([
    { method: 'PUT', url: '/', body: 'rows' },
    { method: 'PUT', url: '/there', body: 'rows', headers: { authorization: 'Bearer own' } },
  ]);
});

test('cuts an endless body at the allowed number of bytes', async () => {
  let sent = 0;
  const { url } = await serve((_, response) => {
    const more = () => {
      while (!response.destroyed && sent < 1e9) {
        sent += 65_536;
        if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', more);
      }
    };
    more();
  });
  const answer = await fetchLocally(url, { maxBytes: 200_000 });
  await expect(answer.text()).rejects.toMatchObject({ code: 'tooLarge' });
  expect(sent).toBeLessThan(50_000_000);
});

test('reads an allowed body to its last byte, part by part', async () => {
  const { url } = await serve((_, response) => response.end(Buffer.alloc(200_000)));
  const answer = await fetchLocally(url, { maxBytes: 200_000 });
  let bytes = 0;
  for await (const part of answer.body) bytes += part.length;
  expect(bytes).toBe(200_000);
});

test('waits for a silent host until the timeout, before and within its response', async () => {
  const { url } = await serve((request, response) => {
    if (request.url === '/within') response.writeHead(200).write('a');
  });
  const start = Date.now();
  await expect(fetchLocally(url, { totalMs: 300 })).rejects.toMatchObject({ code: 'timeout' });
  const answer = await fetchLocally(`${url}/within`, { totalMs: 300 });
  await expect(answer.text()).rejects.toMatchObject({ code: 'timeout' });
  expect(Date.now() - start).toBeLessThan(10_000);
});

test('applies the same timeout to a slow host', async () => {
  const { url } = await serve((_, response) => {
    const drip = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(drip));
  });
  const answer = await fetchLocally(url, { totalMs: 400 });
  await expect(answer.text()).rejects.toMatchObject({ code: 'timeout' });
});

test('applies one timeout to all redirects together', async () => {
  const { url } = await serve(
    (_, response) => void setTimeout(() => response.writeHead(302, { location: '/' }).end(), 150),
  );
  await expect(fetchLocally(url, { totalMs: 400, maxRedirects: 100 })).rejects.toMatchObject({ code: 'timeout' });
});

test('gives up an unreachable address after the connect timeout', async () => {
  // A silent name server takes the same time.
  const resolve = () => new Promise<never>(() => {});
  await expect(openFetch({ resolve, connectMs: 300 })('https://shop.example/')).rejects.toMatchObject({
    code: 'timeout',
  });
});

test('reports a host that refuses, hangs up or does not exist as unreachable', async () => {
  const { url } = await serve((request) => request.socket.destroy());
  await expect(fetchLocally(url)).rejects.toMatchObject({ code: 'unreachable' });
  await expect(fetchLocally(`http://${LOOPBACK}:1/`)).rejects.toMatchObject({ code: 'unreachable' });
  const unknown = () => Promise.reject(new Error('getaddrinfo ENOTFOUND nowhere.example'));
  await expect(openFetch({ resolve: unknown })('https://nowhere.example/')).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('nowhere.example'),
  });
  await expect(openFetch({ resolve: async () => [] })('https://nowhere.example/')).rejects.toMatchObject({
    code: 'unreachable',
  });
});

test('checks a certificate against the name in the URL, whatever the address of the connection', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'shop.example' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'shop.example' }] }],
  });
  const server = createTlsServer({ key, cert }, (_, response) => response.end('secure'));
  await new Promise<void>((done) => server.listen(0, LOOPBACK, done));
  const usual = getCACertificates('default');
  open.push(
    () => server.closeAllConnections(),
    () => server.close(),
    () => setDefaultCACertificates(usual),
  );
  const { port } = server.address() as AddressInfo;
  const settings = { protocols: ['https:'], resolve: async () => [{ address: LOOPBACK, family: 4 }] };
  const unreachable = { code: 'unreachable' };

  await expect(fetchLocally(`https://shop.example:${port}/`, {}, settings)).rejects.toMatchObject(unreachable);
  setDefaultCACertificates([...usual, cert]);
  expect(await (await fetchLocally(`https://shop.example:${port}/`, {}, settings)).text()).toBe('secure');
  await expect(fetchLocally(`https://other.example:${port}/`, {}, settings)).rejects.toMatchObject(unreachable);
});
