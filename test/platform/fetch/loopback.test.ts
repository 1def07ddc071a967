import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openFetch } from '../../../functions/platform/fetch/fetch.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const stop of open.splice(0)) stop();
});

const serve = async (): Promise<number> => {
  const server = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(308, { location: '/' }).end();
    else if (request.url === '/inwards') response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    else response.end('here');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(() => server.close());
  return (server.address() as AddressInfo).port;
};

test('reaches this machine only by the setting of the local cloud', async () => {
  const port = await serve();
  const local = openFetch({ allowsLoopback: true });
  expect(await (await local(`http://127.0.0.1:${port}`)).text()).toBe('here');
  await expect(openFetch()(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'invalidUrl' });
  await expect(openFetch()(`https://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'forbiddenAddress' });
  await expect(local(`http://127.0.0.1:${port}/inwards`)).rejects.toMatchObject({ code: 'forbiddenAddress' });
});

test.each(['10.0.0.1', '192.168.1.1', '169.254.169.254', '[fd00::1]', '[64:ff9b::7f00:1]', '[::ffff:10.0.0.1]'])(
  'reaches no other internal address by that setting: %s',
  async (host) => {
    await expect(openFetch({ allowsLoopback: true })(`http://${host}/`)).rejects.toMatchObject({
      code: 'forbiddenAddress',
    });
  },
);

test('refuses a redirect where none is allowed', async () => {
  const port = await serve();
  const options = { method: 'POST', body: '{}', maxRedirects: 0 } as const;
  await expect(openFetch({ allowsLoopback: true })(`http://127.0.0.1:${port}/moved`, options)).rejects.toMatchObject({
    code: 'invalidRedirect',
  });
});
