import * as v from 'valibot';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  readAllWebhooks,
} from '../../../domains/webhooks/actions.ts';
import { SecretKey } from '../../../domains/webhooks/records/secret.ts';
import type { Webhook } from '../../../domains/webhooks/records/webhook.ts';
import { findTopics, type Topic } from '../../../domains/webhooks/topics/topics.ts';
import { inMemoryListing } from '../../../platform/http/resource/listing.ts';
import { fromView } from '../../../platform/http/resource/relationship.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { Text } from '../../../platform/validation/text.ts';
import { defineResource, toMany } from '../resource.ts';
import { topicView, webhookView } from '../views/webhook.ts';

const MAX_TOPICS = 100;

const Name = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The name of the webhook is empty.'),
  v.maxLength(255, 'The name of a webhook has at most 255 characters.'),
);
const description = v.nullish(v.pipe(Text, v.maxLength(1_000, 'A description has at most 1,000 characters.')));
const Url = v.pipe(
  Text,
  v.maxLength(2_048, 'A URL has at most 2,048 characters.'),
  v.url('Not a URL, such as https://shop.example/hooks.'),
);

const relationships = v.object({
  'webhook-topics': v.object({
    data: v.optional(
      boundedArray(v.object({ type: v.literal('webhook-topic'), id: v.string() }), {
        max: MAX_TOPICS,
        tooMany: (count) => `${count} topics; at most ${MAX_TOPICS} are allowed.`,
      }),
    ),
  }),
});

const topicsOf = async (
  webhooks: readonly Webhook[],
  context: Parameters<typeof findTopics>[1],
): Promise<Map<string, Topic[]>> => {
  const known = await findTopics(
    webhooks.flatMap(({ topics }) => topics),
    context,
  );
  return new Map(webhooks.map(({ id, topics }) => [id, topics.flatMap((topic) => known.get(topic) ?? [])]));
};

const topics = toMany({
  ...fromView(topicView),
  noun: { one: 'webhook topic', many: 'webhook topics' },
  read: async (webhook: Webhook, _, context) => ({ items: (await topicsOf([webhook], context)).get(webhook.id) ?? [] }),
  include: topicsOf,
  related: { operation: 'getWebhookTopicsForWebhook' },
  ids: { operation: 'getWebhookTopicIdsForWebhook' },
});

export const routes = defineResource({
  view: webhookView,
  noun: { one: 'webhook', many: 'webhooks' },
  scope: 'webhooks',
  isAdministrative: true,
  getOne: getWebhook,

  list: {
    operation: 'getWebhooks',
    page: { default: 50, max: 100 },
    ...inMemoryListing({
      all: readAllWebhooks,
      fields: {
        name: { getValue: ({ name }) => name, filter: ['equals', 'contains'], sort: ({ name }) => name.toLowerCase() },
        enabled: { getValue: ({ enabled }) => enabled, value: 'boolean', filter: ['equals'] },
        created_at: { getValue: ({ created }) => created, value: 'time', sort: true },
      },
      sort: 'created_at',
    }),
  },

  get: { operation: 'getWebhook' },

  create: {
    operation: 'createWebhook',
    description:
      'Requests to the URL are signed as [Standard Webhooks](https://www.standardwebhooks.com) describes. A secret ' +
      'that begins with `whsec_` is used as it says, any other by its UTF-8 bytes. It is never shown.',
    attributes: v.object({ name: Name, description, endpoint_url: Url, secret_key: SecretKey }),
    relationships,
    run: (
      { attributes: { name, description: text, endpoint_url: url, secret_key: secret }, relationships: of },
      context,
    ) =>
      createWebhook(
        {
          name,
          description: text ?? undefined,
          url,
          secret,
          topics: (of['webhook-topics'].data ?? []).map(({ id }) => id),
        },
        context,
      ),
  },

  update: {
    operation: 'updateWebhook',
    description:
      'Absent attributes keep their values. After a new `secret_key`, requests have two signatures for a day.',
    attributes: v.object({
      name: v.nullish(Name),
      description,
      endpoint_url: v.nullish(Url),
      secret_key: v.nullish(SecretKey),
      enabled: v.nullish(v.boolean()),
    }),
    relationships: v.nullish(v.partial(relationships)),
    run: (
      id,
      { attributes: { name, description: text, endpoint_url, secret_key, enabled }, relationships: of },
      context,
    ) => {
      const sent = of?.['webhook-topics']?.data;
      return changeWebhook(
        id,
        {
          ...(name && { name }),
          ...(text !== undefined && { description: text ?? undefined }),
          ...(endpoint_url && { url: endpoint_url }),
          ...(secret_key && { secret: secret_key }),
          ...(enabled !== undefined && enabled !== null && { enabled }),
          ...(sent && { topics: sent.map(({ id: topic }) => topic) }),
        },
        context,
      );
    },
  },

  delete: {
    operation: 'deleteWebhook',
    description: 'Nothing is sent afterwards, including what still waited.',
    run: deleteWebhook,
  },

  relationships: { 'webhook-topics': topics },
});
