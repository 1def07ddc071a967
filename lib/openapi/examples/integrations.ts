import { type Examples, ids } from './people.ts';

export const integrationExamples: Examples = {
  createIntegration: {
    data: { type: 'integration', attributes: { name: 'Sweets, Shopify', source: 'shopify' } },
  },
  updateIntegration: {
    data: {
      type: 'integration',
      id: ids.integration,
      attributes: { secret: 'the client secret of the app', enabled: true },
    },
  },
  receiveHook: {
    id: 820982911,
    email: 'ada@example.com',
    created_at: '2026-07-15T10:00:00+02:00',
    currency: 'EUR',
    total_price: '18.10',
    line_items: [{ product_id: 788032119, title: 'Lemon drops', sku: 'LEM-100', quantity: 1, price: '18.10' }],
  },
};
