import type { None, Way } from './person.ts';

/** How the routes of webhooks store a person. */
export const webhookWrites: Readonly<Record<string, Way | None>> = {
  createWebhook: async ({ shop }) => {
    const attributes = { name: 'Till', endpoint_url: 'https://127.0.0.1/hooks', secret_key: 'sixteen characters' };
    const relationships = { 'webhook-topics': { data: [{ type: 'webhook-topic', id: 'profile.updated' }] } };
    return shop.post('/api/webhooks', { data: { type: 'webhook', attributes, relationships } });
  },
  updateWebhook: 'changes where the shop gets changes',
  deleteWebhook: 'changes where the shop gets changes',
  createWebhookResendJob: 'sends messages as before',
  updateWebhookResendJob: 'goes on with a job',
  resendWebhookDelivery: 'is a message as before',
};

/** How the routes of metrics do. */
export const metricWrites: Readonly<Record<string, Way | None>> = {
  createCustomMetric: 'says what the shop counts',
  updateCustomMetric: 'says what the shop counts',
  deleteCustomMetric: 'says what the shop counts',
  updateMappedMetric: 'says what a metric means',
};
