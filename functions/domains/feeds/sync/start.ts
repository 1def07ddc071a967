import { isOpen } from '../../../platform/jobs/lifecycle.ts';
import { newJob } from '../../../platform/jobs/state.ts';
import type { Page, PageRequest } from '../../../platform/table/listing/pages.ts';
import { create, update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { feedStates, feedSyncs, syncsPk } from '../records/store.ts';
import { type FeedSync, noCounts, SYNC_DAYS } from '../records/sync.ts';
import { syncJob } from './job.ts';

type Deps = Pick<Context, 'account' | 'table' | 'queue' | 'now' | 'newId'>;

/** Starts a sync, or returns the one that is under way: two would write over each other. */
export const startSync = async (
  { feed, allowsMissing = false }: { readonly feed: string; readonly allowsMissing?: boolean },
  context: Deps,
): Promise<{ readonly sync: FeedSync; readonly isNew: boolean }> => {
  const { account, table } = context;
  const state = await table.get(feedStates, { account, feed });
  const last = state?.job === undefined ? undefined : await table.get(feedSyncs, { account, id: state.job });
  if (last && isOpen(last.status)) return { sync: last, isNew: false };
  const sync: FeedSync = {
    ...newJob(context, SYNC_DAYS),
    ...{ feed, allowsMissing, stage: 'fetch', tries: 0, bits: 0, flushes: 0, shard: 0, at: 0, errors: [] },
    counts: noCounts,
  };
  const isSame =
    state?.job === undefined
      ? ({ attribute: 'job', is: 'missing' } as const)
      : ({ attribute: 'job', is: '=', value: state.job } as const);
  const change = { set: { account, feed, job: sync.id }, upsert: true, condition: isSame } as const;
  const writes = [update(feedStates, { account, feed }, change), create(feedSyncs, sync)];
  const { done } = await syncJob.startBy(sync, () => table.transact(writes), context);
  // Another call has started one at the same time.
  return done ? { sync, isNew: true } : startSync({ feed, allowsMissing }, context);
};

/** Lists the syncs of all feeds, newest first. */
export const listSyncs = (
  page: PageRequest,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Page<FeedSync>> =>
  syncJob.list({ partitions: [syncsPk(account)], prefix: 'JOB#', descending: true, ...page }, { table });
