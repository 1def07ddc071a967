import { getTopic, readAllTopics } from '../../../domains/webhooks/topics/topics.ts';
import { inMemoryListing } from '../../../platform/http/resource/listing.ts';
import { defineResource } from '../resource.ts';
import { topicView } from '../views/webhook.ts';

export const routes = defineResource({
  view: topicView,
  noun: { one: 'webhook topic', many: 'webhook topics' },
  scope: 'webhooks',
  getOne: getTopic,

  list: {
    operation: 'getWebhookTopics',
    description:
      'What webhooks can report: changes of profiles, consent and lists, the end of imports, all events, and ' +
      'the events of each metric (`event.created:` and the id of the metric).',
    page: { default: 100, max: 1_000 },
    ...inMemoryListing({
      all: readAllTopics,
      fields: {
        id: { getValue: ({ id }) => id, filter: ['equals', 'any'], sort: true },
        name: { getValue: ({ name }) => name, filter: ['contains'] },
      },
      sort: 'id',
    }),
  },

  get: { operation: 'getWebhookTopic' },
});
