import { toMany, toOne } from '../../../../functions/api/klaviyo/resource.ts';
import { listView } from '../../../../functions/api/klaviyo/views/list.ts';
import { findLists } from '../../../../functions/domains/lists/actions.ts';
import { fromView } from '../../../../functions/platform/http/resource/relationship.ts';
import { type Notifier, store } from './notifier-store.ts';
import { type Topic, topics, topicView } from './topics.ts';

const topicsOf = (notifier: Notifier): readonly Topic[] => topics.filter(({ id }) => notifier.topics.includes(id));

export const topicsOfNotifier = toMany({
  ...fromView(topicView),
  noun: { one: 'topic', many: 'topics' },
  read: async (notifier: Notifier) => ({ items: topicsOf(notifier) }),
  include: async (notifiers) => new Map(notifiers.map((notifier) => [notifier.id, topicsOf(notifier)])),
  related: { operation: 'getNotifierTopicsForNotifier' },
  ids: { operation: 'getNotifierTopicIdsForNotifier' },
  changes: {
    max: 10,
    find: async (ids) => new Map(topics.filter(({ id }) => ids.includes(id)).map((topic) => [topic.id, topic])),
    add: {
      operation: 'addNotifierTopicsToNotifier',
      run: ({ id, topics: before }, ids, context) =>
        store.update(id, { topics: [...new Set([...before, ...ids])] }, context),
    },
    remove: {
      operation: 'removeNotifierTopicsFromNotifier',
      run: ({ id, topics: before }, ids, context) =>
        store.update(id, { topics: before.filter((topic) => !ids.includes(topic)) }, context),
    },
    replace: {
      operation: 'updateNotifierTopicsForNotifier',
      run: ({ id }, ids, context) => store.update(id, { topics: [...new Set(ids)] }, context),
    },
  },
});

export const listOfNotifier = toOne({
  ...fromView(listView),
  noun: { one: 'list', many: 'lists' },
  isIncludable: true,
  async read(notifiers: readonly Notifier[], context) {
    const lists = await findLists(
      notifiers.flatMap(({ listId }) => listId ?? []),
      context,
    );
    const byId = new Map(lists.map((list) => [list.id, list]));
    return new Map(
      notifiers.flatMap(({ id, listId = '' }) => {
        const list = byId.get(listId);
        return list ? [[id, list] as const] : [];
      }),
    );
  },
  related: { operation: 'getListForNotifier' },
  ids: { operation: 'getListIdForNotifier' },
  replace: {
    operation: 'updateListForNotifier',
    find: async (ids, context) => new Map((await findLists(ids, context)).map((list) => [list.id, list])),
    run: ({ id }, listId, context) => store.update(id, { listId }, context),
  },
});
