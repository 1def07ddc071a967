import * as v from 'valibot';
import { defineResource } from '../../../../functions/api/klaviyo/resource.ts';
import { withUtcOffset } from '../../../../functions/model/offset-time.ts';
import { inMemoryListing } from '../../../../functions/platform/http/resource/listing.ts';
import { defineView } from '../../../../functions/platform/http/resource/view.ts';
import { boundedArray } from '../../../../functions/platform/validation/bounded-array.ts';
import { Text } from '../../../../functions/platform/validation/text.ts';
import { listOfNotifier, topicsOfNotifier } from './notifier-relationships.ts';
import { type Notifier, store } from './notifier-store.ts';
import { topics } from './topics.ts';

export const notifierView = defineView({
  type: 'notifier',
  path: '/api/notifiers',
  entries: {
    name: v.string(),
    description: v.nullable(v.string()),
    endpoint_url: v.string(),
    enabled: v.boolean(),
    created_at: v.string(),
    updated_at: v.string(),
  },
  additional: { topic_count: v.number() },
  attributes: (notifier: Notifier) => ({
    name: notifier.name,
    description: notifier.description ?? null,
    endpoint_url: notifier.url,
    enabled: notifier.isEnabled,
    created_at: withUtcOffset(notifier.created),
    updated_at: withUtcOffset(notifier.updated),
  }),
  relationships: () => ({ 'notifier-topics': undefined, list: undefined }),
});

const Name = v.pipe(Text, v.trim(), v.nonEmpty('The name of the notifier is empty.'));
const description = v.nullish(Text);

export const Attributes = v.object({ name: Name, description, endpoint_url: v.pipe(Text, v.url()) });
export const toOwn = ({ name, description: text, endpoint_url: url }: v.InferOutput<typeof Attributes>) => ({
  name,
  url,
  ...(text && { description: text }),
  isEnabled: true,
});

export const routes = defineResource({
  view: notifierView,
  noun: { one: 'notifier', many: 'notifiers' },
  scope: 'notifiers',
  getOne: store.get,

  list: {
    operation: 'getNotifiers',
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
        description: { getValue: (notifier) => notifier.description, filter: ['has'] },
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

  get: { operation: 'getNotifier', additional: { topic_count: async (notifier) => notifier.topics.length } },

  create: {
    operation: 'createNotifier',
    attributes: Attributes,
    relationships: v.object({
      'notifier-topics': v.object({
        data: boundedArray(
          v.object({ type: v.literal('notifier-topic'), id: v.picklist(topics.map(({ id }) => id)) }),
          {
            max: 10,
            tooMany: (count) => `${count} topics; at most 10 are allowed.`,
          },
        ),
      }),
    }),
    run: ({ attributes, relationships }, context) =>
      store.create(
        { ...toOwn(attributes), topics: relationships['notifier-topics'].data.map(({ id }) => id) },
        context,
      ),
  },

  update: {
    operation: 'updateNotifier',
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

  delete: { operation: 'deleteNotifier', run: store.remove },

  relationships: { 'notifier-topics': topicsOfNotifier, list: listOfNotifier },
});
