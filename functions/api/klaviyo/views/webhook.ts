import * as v from 'valibot';
import type { Webhook } from '../../../domains/webhooks/records/webhook.ts';
import { shownUrl } from '../../../domains/webhooks/targets/target.ts';
import type { Topic } from '../../../domains/webhooks/topics/topics.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

export const topicView = defineView({
  type: 'webhook-topic',
  path: '/api/webhook-topics',
  entries: { name: v.string() },
  attributes: ({ name }: Topic) => ({ name }),
});

export const webhookView = defineView({
  type: 'webhook',
  path: '/api/webhooks',
  entries: {
    name: v.string(),
    description: v.nullable(v.string()),
    endpoint_url: v.string(),
    enabled: v.boolean(),
    created_at: v.string(),
    updated_at: v.string(),
  },
  attributes: ({ name, description, url, enabled, created, updated }: Webhook) => ({
    name,
    description: description ?? null,
    endpoint_url: shownUrl(url),
    enabled,
    created_at: withUtcOffset(created),
    updated_at: withUtcOffset(updated),
  }),
  relationships: ({ topics }) => ({ 'webhook-topics': topics.map((id) => ({ type: 'webhook-topic', id })) }),
});
