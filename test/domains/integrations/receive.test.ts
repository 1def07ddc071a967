import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAccount } from '../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { MAX_HOOK_BYTES } from '../../../functions/domains/integrations/receive/message.ts';
import { changedSample, SECRET, sampleText, startHooks } from './start.ts';

const EMAIL = 'grace@example.org';
const TOPIC = 'orders/create';
const order = sampleText('shopify', TOPIC);

const setSecret = (shop: Awaited<ReturnType<typeof startHooks>>, secret: string) =>
  shop.patch(`/api/integrations/${shop.id}`, { data: { type: 'integration', id: shop.id, attributes: { secret } } });

test('a body that was changed, a wrong secret and no signature are refused, and nothing is queued', async () => {
  const shop = await startHooks('shopify');
  const { headers } = { headers: { 'x-shopify-hmac-sha256': 'AAAA' } };
  const answers = [
    await shop.call(TOPIC, order, { secret: 'another secret, another' }),
    await shop.call(TOPIC, order, { headers }),
    await shop.call(TOPIC, order, { headers: { 'x-shopify-hmac-sha256': '' } }),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(401);
    expect(body).toEqual({ code: 'not_authenticated', message: expect.any(String) });
    expect(JSON.stringify(body)).not.toContain(SECRET);
  }
  expect(shop.queue).toEqual([]);
});

test('unknown integrations, those of a wrong form, and those that are off answer alike', async () => {
  const shop = await startHooks('shopify');
  const [account] = shop.id.split('-');
  await shop.patch(`/api/integrations/${shop.id}`, {
    data: { type: 'integration', id: shop.id, attributes: { enabled: false } },
  });
  const paths = [
    shop.path,
    `/hooks/${account}-01J00000000000000000000000`,
    '/hooks/ABC123-01J00000000000000000000000',
    '/hooks/x',
  ];
  const answers = [];
  for (const path of paths) answers.push(await shop.post(path, order, { authorization: '' }));
  for (const { status, text } of answers) expect([status, text]).toEqual([404, answers[0]?.text]);
});

test('a new secret is valid at once, and the one before for a day', async () => {
  const shop = await startHooks('shopify');
  await shop.call(TOPIC, order);
  await setSecret(shop, 'a second secret, as long');
  shop.at('2026-08-15T00:00:06Z');
  for (const secret of [SECRET, 'a second secret, as long'])
    expect((await shop.call(TOPIC, order, { secret })).status).toBe(200);
  shop.at('2026-08-16T00:00:07Z');
  expect((await shop.call(TOPIC, order, { secret: SECRET })).status).toBe(401);
  expect((await shop.call(TOPIC, order, { secret: 'a second secret, as long' })).status).toBe(200);
});

test('an integration without a secret refuses everything until it has one', async () => {
  const shop = await startHooks('shopify');
  const { body } = await shop.post('/api/integrations', {
    data: { type: 'integration', attributes: { name: 'Later', source: 'shopify' } },
  });
  expect(body.data.attributes).toMatchObject({ has_secret: false });
  const other = { ...shop, path: new URL(body.data.attributes.hook_url).pathname };
  expect((await shop.post(other.path, order, { authorization: '' })).body.message).toContain('has no secret yet');
});

test('a body that is too large is refused before its signature is checked', async () => {
  const shop = await startHooks('shopify');
  const answer = await shop.call(TOPIC, Buffer.alloc(MAX_HOOK_BYTES + 1, 0x20));
  expect([answer.status, answer.body.code]).toEqual([413, 'too_large']);
});

test('the signature is that of the raw bytes, whatever they are', async () => {
  const shop = await startHooks('shopify');
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x7b]);
  expect((await shop.call(TOPIC, bytes)).status).toBe(200);
  await shop.work();
  const spaced = order.replace('{', '{  ');
  expect((await shop.deliver(TOPIC, spaced)).status).toBe(200);
  expect(await shop.events(EMAIL)).toHaveLength(1);
});

test('a payload that does not fit into a message goes through the bucket, and leaves it', async () => {
  const shop = await startHooks('shopify');
  const note = randomBytes(300_000).toString('hex');
  await shop.call(TOPIC, changedSample('shopify', TOPIC, { note }));
  expect([...shop.files.keys()]).toEqual([expect.stringMatching(/^hooks\/\w{6}\/.+\.gz$/)]);
  expect(JSON.stringify(shop.queue).length).toBeLessThan(1_000);
  await shop.work();
  expect(await shop.events(EMAIL)).toHaveLength(1);
  expect(shop.files.size).toBe(0);
});

test('deliveries of a deleted integration are dropped', async () => {
  const shop = await startHooks('shopify');
  await shop.call(TOPIC, order);
  await shop.delete(`/api/integrations/${shop.id}`);
  await shop.work();
  expect((await shop.get('/api/events')).body.data).toEqual([]);
});

test('another account neither sees an integration nor changes it, and gets nothing of its deliveries', async () => {
  const shop = await startHooks('shopify');
  const other = await createAccount({ name: 'Other' }, shop.services);
  const { key } = await createKey({ account: other.id, name: 'all', scopes: ['*'] }, shop.services);
  const headers = { authorization: `Klaviyo-API-Key ${key}` };
  expect((await shop.get('/api/integrations', headers)).body.data).toEqual([]);
  const path = `/api/integrations/${shop.id}`;
  const data = { type: 'integration', id: shop.id, attributes: { name: 'Taken' } };
  expect((await shop.get(path, headers)).status).toBe(404);
  expect((await shop.send('PATCH', path, { data }, headers)).status).toBe(404);
  expect((await shop.send('DELETE', path, undefined, headers)).status).toBe(404);
  const moved = shop.path.replace(shop.account, other.id);
  expect((await shop.post(moved, order, { authorization: '' })).status).toBe(404);
  await shop.deliver(TOPIC, order);
  expect((await shop.get('/api/events', headers)).body.data).toEqual([]);
});

test('neither answers nor logs have a secret', async () => {
  const shop = await startHooks('shopify');
  await setSecret(shop, 'a second secret, as long');
  await shop.call(TOPIC, order, { secret: 'wrong, wrong, wrong, wrong' });
  await shop.deliver(TOPIC, order);
  const answers = [await shop.get('/api/integrations'), await shop.get(`/api/integrations/${shop.id}`)];
  const seen = JSON.stringify([answers, shop.lines, shop.queue]);
  for (const secret of [SECRET, 'a second secret', 'wrong, wrong']) expect(seen).not.toContain(secret);
});
