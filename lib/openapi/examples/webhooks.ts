import { type Examples, ids, retry } from './people.ts';

const topics = (...all: readonly string[]) => ({
  'webhook-topics': { data: all.map((id) => ({ type: 'webhook-topic', id })) },
});

export const webhookExamples: Examples = {
  createWebhook: {
    data: {
      type: 'webhook',
      attributes: {
        name: 'Shop',
        description: 'Unsubscribes for the shop',
        endpoint_url: 'https://shop.example/hooks/tributary',
        secret_key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      },
      relationships: topics('consent.changed', 'event:klaviyo.unsubscribed_from_email_marketing'),
    },
  },
  createWebhookResendJob: {
    data: {
      type: 'webhook-resend-job',
      attributes: { from: '2026-07-15T00:00:00Z', to: '2026-07-16T00:00:00Z' },
      relationships: { webhook: { data: { type: 'webhook', id: ids.webhook } } },
    },
  },
  updateWebhookResendJob: retry('webhook-resend-job'),
  updateWebhook: {
    data: {
      type: 'webhook',
      id: ids.webhook,
      attributes: { name: 'Shop, spring', enabled: true },
      relationships: topics('consent.changed', 'profile.merged'),
    },
  },
};
