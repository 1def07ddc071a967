import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bulk, unsubscribeFrom } from '../domains/consent/requests.ts';
import { admin } from '../support/deployed/admin.ts';
import { call } from '../support/deployed/http.ts';
import { somebody } from '../support/deployed/klaviyo.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes....').toString('base64')}`;

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly atMs: number;
}
const received: Received[] = [];
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (part) => {
    text += part;
  });
  request.on('end', () => {
    received.push({ headers: request.headers as Record<string, string>, text, atMs: Date.now() });
    response.writeHead(204).end();
  });
});
beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
afterAll(() => {
  server.close();
});

const about = (email: string): Received[] => received.filter(({ text }) => text.includes(email));

test('tells a receiver of an unsubscribe within ten seconds', { timeout: 90_000 }, async () => {
  const email = somebody();
  const { port } = server.address() as AddressInfo;
  const created = await call('POST', '/api/webhooks', {
    body: {
      data: {
        type: 'webhook',
        attributes: { name: 'Shop', endpoint_url: `http://127.0.0.1:${port}/hooks`, secret_key: SECRET },
        relationships: { 'webhook-topics': { data: [{ type: 'webhook-topic', id: 'consent.changed' }] } },
      },
    },
  });
  expect(created.status).toBe(201);
  const { id } = created.body.data;
  // The first call of a function that was just deployed starts it.
  const unsubscribe = async (address: string): Promise<number> => {
    const profile = { data: { type: 'profile', attributes: { email: address } } };
    expect((await call('POST', '/api/profiles', { body: profile })).status).toBe(201);
    const body = bulk([{ email: address, subscriptions: unsubscribeFrom('email.marketing') }], { type: 'delete' });
    expect((await call('POST', '/api/profile-subscription-bulk-delete-jobs', { body })).status).toBe(202);
    const sentMs = Date.now();
    await vi.waitFor(() => expect(about(address)).toHaveLength(1), { timeout: 40_000, interval: 100 });
    return (about(address)[0]?.atMs ?? 0) - sentMs;
  };
  await unsubscribe(somebody());
  expect(await unsubscribe(email)).toBeLessThan(10_000);

  const [message] = about(email);
  expect(new Webhook(SECRET).verify(message?.text ?? '', message?.headers ?? {})).toMatchObject({
    type: 'consent.changed',
    data: { profile: { email }, channel: 'email', status: 'UNSUBSCRIBED' },
  });
  const log = await call('GET', `/api/webhooks/${id}/deliveries`);
  expect(log.body.data[0].attributes).toMatchObject({ status: 'delivered', response_code: 204 });
  const again = await call('POST', `/api/webhook-deliveries/${log.body.data[0].id}/resend`);
  expect(again.status).toBe(202);
  await vi.waitFor(() => expect(about(email)).toHaveLength(2), { timeout: 20_000, interval: 100 });
  expect(about(email)[1]?.headers['webhook-id']).toBe(message?.headers['webhook-id']);

  // What the owner does by command.
  const listed = JSON.parse(await admin('webhooks', 'list')).find((one: { id: string }) => one.id === id);
  expect(listed).toMatchObject({ name: 'Shop', host: `127.0.0.1:${port}`, enabled: true, topics: ['consent.changed'] });
  const deliveries = JSON.parse(await admin('webhooks', 'deliveries', id, '--status', 'delivered'));
  expect(deliveries).toContainEqual(
    expect.objectContaining({ id: log.body.data[0].id, status: 'delivered', code: 204 }),
  );
  const { secret } = JSON.parse(await admin('webhooks', 'rotate', id));
  const { job } = JSON.parse(await admin('webhooks', 'resend', id, '--delivered', '--from', '2026-01-01'));
  await vi.waitFor(() => expect(about(email)).toHaveLength(3), { timeout: 30_000, interval: 200 });
  const [, , third] = about(email);
  for (const key of [SECRET, secret])
    expect(new Webhook(key).verify(third?.text ?? '', third?.headers ?? {})).toMatchObject({ type: 'consent.changed' });
  await vi.waitFor(
    async () =>
      expect((await call('GET', `/api/webhook-resend-jobs/${job}`)).body.data.attributes).toMatchObject({
        status: 'complete',
        resent_count: 2,
      }),
    { timeout: 20_000, interval: 200 },
  );
  expect(JSON.parse(await admin('webhooks', 'disable', id))).toMatchObject({ id, enabled: false });
  expect(JSON.parse(await admin('webhooks', 'enable', id))).toMatchObject({ id, enabled: true });
  expect(JSON.parse(await admin('jobs', 'failed')).map((one: { id: string }) => one.id)).not.toContain(job);
  expect((await call('DELETE', `/api/webhooks/${id}`)).status).toBe(204);
});
