import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { ulid } from 'ulid';
import { afterAll, expect, inject, test, vi } from 'vitest';
import { rejectedItems, rejectedPartitions } from '../../functions/domains/receipts/rejected/store.ts';
import { openDynamo } from '../../functions/platform/table/client/dynamo.ts';
import { openTable } from '../../functions/platform/table/table.ts';
import { clientConfig } from '../../lib/process/environment.ts';
import { drop } from '../support/deployed/bucket.ts';
import { deadLetterOf, giveUp, removeDeadLetters } from '../support/deployed/exhausted.ts';
import { call, profileOf, timelineOf } from '../support/deployed/http.ts';
import { somebody } from '../support/deployed/klaviyo.ts';

// A message that is delivered twice, as on a busy machine, leaves two dead letters.
afterAll(() => removeDeadLetters('HooksDeliveries'));

const SECRET = 'a secret of a shop, in no log';

const create = async (attributes: object): Promise<{ readonly id: string; readonly path: string }> => {
  const data = { type: 'integration', attributes: { name: 'Shop', secret: SECRET, ...attributes } };
  const { status, body } = await call('POST', '/api/integrations', { body: { data } });
  expect(status).toBe(201);
  return { id: body.data.id, path: new URL(body.data.attributes.hook_url).pathname };
};

const deliver = (path: string, topic: string, content: object) => {
  const text = JSON.stringify(content);
  return call('POST', path, {
    body: content,
    headers: {
      'x-shopify-topic': topic,
      'x-shopify-webhook-id': crypto.randomUUID(),
      'x-shopify-hmac-sha256': createHmac('sha256', SECRET).update(text).digest('base64'),
    },
  });
};

const orderOf = (email: string, more: object = {}) => ({
  id: randomInt(1e12),
  email,
  created_at: new Date().toISOString(),
  currency: 'EUR',
  total_price: '18.10',
  line_items: [{ product_id: 7, title: 'Lemon drops', quantity: 2, price: '9.05' }],
  ...more,
});

const eventsOf = async (email: string) => {
  const profile = await profileOf(email);
  return profile ? timelineOf(profile.id) : [];
};

test('an order of Shopify becomes an event, and its consent moves with the delivery as evidence', async () => {
  const email = somebody();
  const { path } = await create({ source: 'shopify' });
  const consent = (state: string, at: string) => ({
    customer_id: 12,
    email_address: email,
    email_marketing_consent: { state, opt_in_level: 'single_opt_in', consent_updated_at: at },
  });
  const answer = await deliver(path, 'orders/create', orderOf(email));
  expect([answer.status, answer.body.received]).toEqual([200, true]);
  await vi.waitFor(async () => expect(await eventsOf(email)).toHaveLength(1), { timeout: 60_000, interval: 500 });
  const topic = 'customers_email_marketing_consent/update';
  await deliver(path, topic, consent('subscribed', '2026-01-01T00:00:00Z'));
  const { body } = await deliver(path, topic, consent('unsubscribed', '2026-01-02T00:00:00Z'));
  await vi.waitFor(
    async () => expect((await profileOf(email)).attributes.subscriptions.email.marketing.consent).toBe('UNSUBSCRIBED'),
    { timeout: 60_000, interval: 500 },
  );
  const { id } = await profileOf(email);
  const ledger = await call('GET', `/api/profiles/${id}/consent-ledger`);
  expect(JSON.stringify(ledger.body)).toContain(`delivery ${body.id}`);
});

test('a large order goes through the bucket, and a refund that comes first waits', async () => {
  const email = somebody();
  const { path } = await create({ source: 'shopify' });
  const order = orderOf(email, { note: randomBytes(300_000).toString('hex') });
  const refund = {
    id: randomInt(1e12),
    order_id: order.id,
    created_at: new Date().toISOString(),
    transactions: [{ kind: 'refund', status: 'success', amount: '9.05', currency: 'EUR' }],
  };
  await deliver(path, 'refunds/create', refund);
  // It finds no order, and waits for half a minute.
  await sleep(5_000);
  expect((await deliver(path, 'orders/create', order)).status).toBe(200);
  await vi.waitFor(async () => expect(await eventsOf(email)).toHaveLength(2), { timeout: 120_000, interval: 500 });
});

test('an expression maps the payload of any system, and one that hangs rejects its delivery only', async () => {
  const email = somebody();
  const signature = { kind: 'hmac', header: 'x-shopify-hmac-sha256', encoding: 'base64' };
  const generic = (mapping: string) => ({ source: 'generic', generic: { signature, mapping } });
  const endless = await create(generic('$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)'));
  await deliver(endless.path, '', { mail: email });
  const { path } = await create(
    generic('{ "events": ["Rang", "Paid"].{ "metric": $, "email": $$.mail, "id": $$.ticket } }'),
  );
  await deliver(path, '', { mail: email, ticket: 'one' });
  await vi.waitFor(async () => expect(await eventsOf(email)).toHaveLength(2), { timeout: 60_000, interval: 500 });
});

test('a wrong signature and a URL of nobody are refused', async () => {
  const { path, id } = await create({ source: 'shopify' });
  expect((await call('POST', path, { body: {}, headers: { 'x-shopify-hmac-sha256': 'AAAA' } })).status).toBe(401);
  expect((await call('DELETE', `/api/integrations/${id}`)).status).toBe(204);
  expect((await call('POST', '/hooks/ABC123-01J00000000000000000000000', { body: {} })).status).toBe(404);
});

test('hooks keep a delivery, also one whose body is in the bucket', async () => {
  const { companyId } = inject('stack');
  const attributes = { name: 'Given up', source: 'shopify' };
  const { body } = await call('POST', '/api/integrations', { body: { data: { type: 'integration', attributes } } });
  const integrationId: string = body.data.id;
  const delivery = {
    account: companyId,
    integrationId,
    id: ulid(),
    key: 'key',
    topic: 'orders/create',
    receivedAt: '2026-01-01T00:00:00.000Z',
  };
  await drop(`hooks/${companyId}/${delivery.id}.gz`, gzipSync('{"id":1}'));
  const message = JSON.stringify({ kind: 'hook-delivery', ...delivery });
  await giveUp('HooksDeliveries', message);
  const table = openTable(inject('stack').tableName, openDynamo(clientConfig(inject('stack').awsEndpoint)));
  const kept = async () => {
    const pages = rejectedPartitions(companyId).map((pk) =>
      table.queryOf(rejectedItems, { pk, prefix: '', limit: 1_000 }),
    );
    return (await Promise.all(pages)).flat().filter(({ source }) => source === `hook:${integrationId}`);
  };
  await expect
    .poll(kept, { timeout: 60_000, interval: 500 })
    .toMatchObject([{ code: 'dead_letter', what: 'shopify orders/create' }]);
  expect((await deadLetterOf('HooksDeliveries', message)).MessageAttributes?.Fate?.StringValue).toBe('failed');
});
