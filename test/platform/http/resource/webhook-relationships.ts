import { toMany, toOne } from '../../../../functions/api/klaviyo/resource.ts';
import { listView } from '../../../../functions/api/klaviyo/views/list.ts';
import { findLists } from '../../../../functions/domains/lists/actions.ts';
import { fromView } from '../../../../functions/platform/http/resource/relationship.ts';
import { type Topic, topics, topicView } from './topics.ts';
import { store, type Webhook } from './webhook-store.ts';

const topicsOf = (webhook: Webhook): readonly Topic[] => topics.filter(({ id }) => webhook.topics.includes(id));

export const topicsOfWebhook = toMany({
  ...fromView(topicView),
  noun: { one: 'topic', many: 'topics' },
  read: async (webhook: Webhook) => ({ items: topicsOf(webhook) }),
  include: async (webhooks) => new Map(webhooks.map((webhook) => [webhook.id, topicsOf(webhook)])),
  related: { operation: 'getWebhookTopicsForWebhook' },
  ids: { operation: 'getWebhookTopicIdsForWebhook' },
  changes: {
    max: 10,
    find: async (ids) => new Map(topics.filter(({ id }) => ids.includes(id)).map((topic) => [topic.id, topic])),
    add: {
      operation: 'addWebhookTopicsToWebhook',
      run: ({ id, topics: before }, ids, context) =>
        store.update(id, { topics: [...new Set([...before, ...ids])] }, context),
    },
    remove: {
      operation: 'removeWebhookTopicsFromWebhook',
      run: ({ id, topics: before }, ids, context) =>
        store.update(id, { topics: before.filter((topic) => !ids.includes(topic)) }, context),
    },
    replace: {
      operation: 'updateWebhookTopicsForWebhook',
      run: ({ id }, ids, context) => store.update(id, { topics: [...new Set(ids)] }, context),
    },
  },
});

export const listOfWebhook = toOne({
  ...fromView(listView),
  noun: { one: 'list', many: 'lists' },
  isIncludable: true,
  async read(webhooks: readonly Webhook[], context) {
    const lists = await findLists(
      webhooks.flatMap(({ listId }) => listId ?? []),
      context,
    );
    const byId = new Map(lists.map((list) => [list.id, list]));
    return new Map(
      webhooks.flatMap(({ id, listId = '' }) => {
        const list = byId.get(listId);
        return list ? [[id, list] as const] : [];
      }),
    );
  },
  related: { operation: 'getListForWebhook' },
  ids: { operation: 'getListIdForWebhook' },
  replace: {
    operation: 'updateListForWebhook',
    find: async (ids, context) => new Map((await findLists(ids, context)).map((list) => [list.id, list])),
    run: ({ id }, listId, context) => store.update(id, { listId }, context),
  },
});
