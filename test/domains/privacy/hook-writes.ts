import { createHmac } from 'node:crypto';
import { type None, person, type Way } from './person.ts';

const SECRET = 'a secret of sixteen or more';

/** How the routes of integrations store a person. */
export const hookWrites: Readonly<Record<string, Way | None>> = {
  createIntegration: 'names a system',
  updateIntegration: 'names a system',
  deleteIntegration: 'removes a system',
  receiveHook: async ({ shop }) => {
    const attributes = { name: 'Shop', source: 'shopify', secret: SECRET };
    const { body } = await shop.post('/api/integrations', { data: { type: 'integration', attributes } });
    const order = JSON.stringify({
      id: 4711,
      email: person.email,
      created_at: '2025-12-01T00:00:00Z',
      customer: { id: 12, email: person.email, first_name: 'Ada' },
    });
    return shop.post(new URL(body.data.attributes.hook_url).pathname, order, {
      authorization: '',
      'x-shopify-topic': 'orders/create',
      'x-shopify-webhook-id': 'one',
      'x-shopify-hmac-sha256': createHmac('sha256', SECRET).update(order).digest('base64'),
    });
  },
};
