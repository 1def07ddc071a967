import * as v from 'valibot';
import { defineResource } from '../../../../functions/api/klaviyo/resource.ts';
import { withUtcOffset } from '../../../../functions/model/offset-time.ts';
import { inMemoryListing } from '../../../../functions/platform/http/resource/listing.ts';
import { defineView } from '../../../../functions/platform/http/resource/view.ts';
import { boundedArray } from '../../../../functions/platform/validation/bounded-array.ts';
import { Text } from '../../../../functions/platform/validation/text.ts';
import { topics } from './topics.ts';
import { listOfWebhook, topicsOfWebhook } from './webhook-relationships.ts';
import { store, type Webhook } from './webhook-store.ts';

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
  additional: { topic_count: v.number() },
  attributes: (webhook: Webhook) => ({
    name: webhook.name,
    description: webhook.description ?? null,
    endpoint_url: webhook.url,
    enabled: webhook.isEnabled,
    created_at: withUtcOffset(webhook.created),
    updated_at: withUtcOffset(webhook.updated),
  }),
  relationships: () => ({ 'webhook-topics': undefined, list: undefined }),
});

const Name = v.pipe(Text, v.trim(), v.nonEmpty('The name of the webhook is empty.'));
const description = v.nullish(Text);

export const Attributes = v.object({ name: Name, description, endpoint_url: v.pipe(Text, v.url()) });
export const toOwn = ({ name, description: text, endpoint_url: url }: v.InferOutput<typeof Attributes>) => ({
  name,
  url,
  ...(text && { description: text }),
  isEnabled: true,
});

export const routes = defineResource({
  view: webhookView,
  noun: { one: 'webhook', many: 'webhooks' },
  scope: 'webhooks',
  getOne: store.get,

  list: {
    operation: 'getWebhooks',
    page: { default: 20, max: 100 },
    ...inMemoryListing({
      all: store.all,
      fields: {
        id: { getValue: ({ id }) => id, filter: ['equals', 'any'], sort: true },
        name: {
          getValue: ({ name }) => name,
          filter: ['equals', 'contains', 'starts-with', 'ends-with'],
          sort: ({ name }) => name.toLowerCase(),
        },
        description: { getValue: (webhook) => webhook.description, filter: ['has'] },
        enabled: { getValue: ({ isEnabled }) => isEnabled, value: 'boolean', filter: ['equals'] },
        created_at: {
          getValue: ({ created }) => created,
          value: 'time',
          filter: ['equals', 'greater-than', 'greater-or-equal', 'less-than', 'less-or-equal'],
          sort: true,
        },
      },
      sort: 'created_at',
    }),
  },

  get: { operation: 'getWebhook', additional: { topic_count: async (webhook) => webhook.topics.length } },

  create: {
    operation: 'createWebhook',
    attributes: Attributes,
    relationships: v.object({
      'webhook-topics': v.object({
        data: boundedArray(v.object({ type: v.literal('webhook-topic'), id: v.picklist(topics.map(({ id }) => id)) }), {
          max: 10,
          tooMany: (count) => `${count} topics; at most 10 are allowed.`,
        }),
      }),
    }),
    run: ({ attributes, relationships }, context) =>
      store.create({ ...toOwn(attributes), topics: relationships['webhook-topics'].data.map(({ id }) => id) }, context),
  },

  update: {
    operation: 'updateWebhook',
    attributes: v.object({ name: v.optional(Name), description, enabled: v.optional(v.boolean()) }),
    run: (id, { attributes: { name, enabled, description: text } }, context) =>
      store.update(
        id,
        {
          ...(name !== undefined && { name }),
          ...(enabled !== undefined && { isEnabled: enabled }),
          ...(text !== undefined && { description: text ?? undefined }),
        },
        context,
      ),
  },

  delete: { operation: 'deleteWebhook', run: store.remove },

  relationships: { 'webhook-topics': topicsOfWebhook, list: listOfWebhook },
});
