import * as v from 'valibot';
import type { Services } from '../../platform/resources/services.ts';
import { update } from '../../platform/table/write.ts';
import type { FailOutcome } from '../../platform/workers/trigger.ts';
import type { Context } from '../accounts/context.ts';
import type { CatalogFeed } from './records/feed.ts';
import { catalogFeeds, feedStates } from './records/store.ts';
import { startSync } from './sync/start.ts';

export const FEED_IS_DUE = 'catalog-feed-due';

const DueMessage = v.object({ account: v.string(), feed: v.string(), at: v.string() });

const HOUR_MS = 3_600_000;

type Deps = Pick<Context, 'account' | 'table' | 'queue' | 'now'>;

/** Plans the next sync of a feed. Earlier plans have no effect: their messages name another time. */
export const planNext = async (
  { id, everyHours }: Pick<CatalogFeed, 'id' | 'everyHours'>,
  { account, table, queue, now }: Deps,
): Promise<void> => {
  const at = new Date(now().getTime() + everyHours * HOUR_MS);
  const next = at.toISOString();
  // Sent first: a message without its plan does nothing, a plan without its message would end the schedule.
  await queue().send({ kind: FEED_IS_DUE, account, feed: id, at: next }, { at, now: now() });
  await table.write(update(feedStates, { account, feed: id }, { set: { account, feed: id, next }, upsert: true }));
};

/** Starts the sync of a feed whose time has come, and plans the next. */
export const startDueSync = async (message: unknown, services: Services): Promise<void> => {
  const { account, feed: id, at } = v.parse(DueMessage, message);
  const context = { ...services, account };
  const { table, now, queue } = services;
  const [feed, state] = await Promise.all([
    table.get(catalogFeeds, { account, id }),
    table.get(feedStates, { account, feed: id }),
  ]);
  if (!feed?.enabled || state?.next !== at) return;
  // Without a scheduler, messages wait 15 minutes at most.
  if (Date.parse(at) > now().getTime()) {
    await queue().send({ kind: FEED_IS_DUE, account, feed: id, at }, { at: new Date(at), now: now() });
    return;
  }
  await startSync({ feed: id }, context);
  await planNext(feed, context);
};

const RETRY_SECONDS = 900;

/** A schedule goes on, however often a run died. */
export const requeueDueSync = async (message: unknown, _: string, { queue }: Services): Promise<FailOutcome> => {
  await queue().send({ kind: FEED_IS_DUE, ...v.parse(DueMessage, message) }, RETRY_SECONDS);
  return 'requeued';
};
