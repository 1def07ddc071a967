import * as v from 'valibot';
import { defineResource } from '../../../../functions/api/klaviyo/resource.ts';
import { ApiError } from '../../../../functions/platform/errors.ts';
import { inMemoryListing } from '../../../../functions/platform/http/resource/listing.ts';
import { defineView } from '../../../../functions/platform/http/resource/view.ts';

export interface Topic {
  readonly id: string;
  readonly label: string;
}

export const topics: readonly Topic[] = [
  { id: 'profile.created', label: 'A profile was made' },
  { id: 'profile.merged', label: 'Profiles were merged' },
  { id: 'consent.changed', label: 'Somebody subscribed or unsubscribed' },
  { id: 'import.finished', label: 'An import is over' },
  { id: 'list.deleted', label: 'A list was deleted' },
];

export const topicView = defineView({
  type: 'notifier-topic',
  path: '/api/notifier-topics',
  entries: { label: v.string() },
  attributes: ({ label }: Topic) => ({ label }),
});

/** A read-only resource needs no more. */
export const routes = defineResource({
  view: topicView,
  noun: { one: 'topic', many: 'topics' },
  scope: 'notifiers',
  async getOne(id) {
    const topic = topics.find((one) => one.id === id);
    if (!topic) throw new ApiError('not_found', { detail: `There is no topic ${id.slice(0, 64)}.` });
    return topic;
  },
  list: {
    operation: 'getNotifierTopics',
    page: { default: 20, max: 100 },
    ...inMemoryListing({
      all: async () => topics,
      fields: {
        id: { getValue: ({ id }) => id, sort: true },
        label: { getValue: ({ label }) => label, filter: ['contains'] },
      },
      sort: 'id',
    }),
  },
  get: { operation: 'getNotifierTopic' },
});
