import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { startFaulty } from '../../faults/harness.ts';

const SECRET = 'hush-hush-hush-hush';
const EMAIL = 'ada@example.com';

type App = Awaited<ReturnType<typeof startFaulty>>;

const connect = async (app: App, source: string): Promise<string> => {
  const attributes = { name: 'Shop', source, secret: SECRET };
  const { body } = await app.post('/api/integrations', { data: { type: 'integration', attributes } });
  return new URL(body.data.attributes.hook_url).pathname;
};

const deliver = async (app: App, path: string, content: object): Promise<void> => {
  const text = JSON.stringify(content);
  const signature = createHmac('sha256', SECRET).update(text).digest('base64');
  const vendor = {
    ...{ 'x-shopify-topic': 'orders/create', 'x-shopify-hmac-sha256': signature },
    ...{ 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-signature': signature },
  };
  expect((await app.post(path, text, { authorization: '', ...vendor })).status).toBe(200);
  await app.workOff();
};

const orderIds = async (app: App): Promise<string[]> => {
  const { body } = await app.get('/api/events');
  return body.data.map((one: { attributes: { event_properties: { $event_id: string } } }) =>
    String(one.attributes.event_properties.$event_id),
  );
};

const shopifyOrder = { id: 6001234567890, email: EMAIL, created_at: '2026-05-01T10:00:00+02:00', total_price: '54.50' };
const shopifyExport = `Name,Email,Total,Created at,Lineitem name,Lineitem quantity,Id\n#1001,${EMAIL},54.50,2026-05-01 10:00:00 +0200,Shirt,2,6001234567890\n`;

const wooOrder = {
  id: 1501,
  status: 'completed',
  date_created_gmt: '2026-05-01T08:00:00',
  date_completed_gmt: '2026-05-02T08:00:00',
  total: '35.00',
  billing: { email: EMAIL },
};
const wooExport = `Order Number,Order Date,Email (Billing),Order Total Amount,Item Name,Quantity\n1501,2026-05-01 08:00,${EMAIL},35.00,Mug,2\n`;

test.each([
  ['shopify', shopifyOrder, shopifyExport, ['6001234567890']],
  ['woocommerce', wooOrder, wooExport, ['1501', '1501']],
] as const)('an order of %s is stored once, from its export and from its webhook', async (source, order, file, ids) => {
  for (const first of ['webhook', 'export']) {
    const app = await startFaulty({});
    const path = await connect(app, source);
    const steps = [() => deliver(app, path, order), () => app.importFile('events/orders.csv', file)];
    for (const step of first === 'webhook' ? steps : steps.toReversed()) await step();
    expect([first, await orderIds(app)]).toEqual([first, ids]);
  }
});
