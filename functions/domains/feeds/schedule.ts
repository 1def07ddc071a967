import type { Services } from '../../platform/resources/services.ts';
import { update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { dueMessages } from './due-messages.ts';
import type { CatalogFeed } from './records/feed.ts';
import { catalogFeeds, feedStates } from './records/store.ts';
import { startSync } from './sync/start.ts';

export const FEED_IS_DUE = 'catalog-feed-due';

const messages = dueMessages(FEED_IS_DUE);

const HOUR_MS = 3_600_000;

type Deps = Pick<Context, 'account' | 'table' | 'queue' | 'now'>;

/** Plans the next sync of a feed. Earlier plans have no effect: their messages name another time. */
export const planNext = async (
  { id, everyHours }: Pick<CatalogFeed, 'id' | 'everyHours'>,
  { account, table, queue, now }: Deps,
): Promise<void> => {
  const next = new Date(now().getTime() + everyHours * HOUR_MS).toISOString();
  await messages.send(id, next, { account, queue, now });
  await table.write(update(feedStates, { account, feed: id }, { set: { account, feed: id, next }, upsert: true }));
};

/** Starts the sync of a feed whose time has come, and plans the next. */
export const startDueSync = async (message: unknown, services: Services): Promise<void> => {
  const due = messages.parse(message);
  const { account, feed: id, at } = due;
  const { table } = services;
  const [feed, state] = await Promise.all([
    table.get(catalogFeeds, { account, id }),
    table.get(feedStates, { account, feed: id }),
  ]);
  if (!feed?.enabled || state?.next !== at || (await messages.postpone(due, services))) return;
  const context = { ...services, account };
  await startSync({ feed: id }, context);
  await planNext(feed, context);
};

export const requeueDueSync = messages.requeue;
