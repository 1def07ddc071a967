import { isOpen } from '../../platform/jobs/lifecycle.ts';
import type { Services } from '../../platform/resources/services.ts';
import { update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { dueMessages } from '../feeds/due-messages.ts';
import { removeAllFiles } from './file/tidy.ts';
import { INTERVAL_MS } from './records/build.ts';
import { type ProductFeed, type ProductFeedState, productFeedStates, productFeeds } from './records/feed.ts';
import { markOf } from './records/mark.ts';
import { refreshJob } from './refresh/job.ts';

export const PRODUCT_FEED_IS_DUE = 'product-feed-due';

const messages = dueMessages(PRODUCT_FEED_IS_DUE);

type Deps = Pick<Context, 'account' | 'table' | 'queue' | 'now'>;

/** The next time to look for changes. Its message is sent before it is stored: see `dueMessages`. */
export const sendNext = async (id: string, context: Pick<Deps, 'account' | 'queue' | 'now'>): Promise<string> => {
  const next = new Date(context.now().getTime() + INTERVAL_MS).toISOString();
  await messages.send(id, next, context);
  return next;
};

export const sendEarly = messages.sendEarly;

/** Refreshes a feed whose time has come, if something has changed, and plans the next time. */
export const refreshDue = async (message: unknown, services: Services): Promise<void> => {
  const due = messages.parse(message);
  const { account, feed: id, at } = due;
  const { table } = services;
  const [feed, state] = await Promise.all([
    table.get(productFeeds, { account, id }),
    table.get(productFeedStates, { account, id }),
  ]);
  // The API that deletes a feed may remove no file.
  if (!feed) await removeAllFiles({ account, id }, services);
  if (!feed || state?.next !== at || (await messages.postpone(due, services))) return;
  const context = { ...services, account };
  const isDue = state.status !== 'complete' || state.seen !== (await markOf(feed, services));
  if (isDue && !isResting(state, feed, services)) await refreshJob.retry(state, context);
  await planNext(feed, context);
};

/** Whether a change of a large catalog waits for its next build. A change of the settings does not. */
const isResting = (
  { build, status }: ProductFeedState,
  { updated }: Pick<ProductFeed, 'updated'>,
  { now }: Pick<Deps, 'now'>,
): boolean =>
  !isOpen(status) &&
  build?.restsUntil !== undefined &&
  build.settings === updated &&
  Date.parse(build.restsUntil) > now().getTime();

/** Earlier plans have no effect: their messages name another time. */
const planNext = async ({ id }: Pick<ProductFeed, 'id'>, context: Deps): Promise<void> => {
  const { account, table } = context;
  const next = await sendNext(id, context);
  await table.write(update(productFeedStates, { account, id }, { set: { next } }));
};

export const requeueDueRefresh = messages.requeue;
