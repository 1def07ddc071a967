import type { Outcome } from '../../../platform/jobs/job.ts';
import type { JobContext, Run } from '../../../platform/jobs/run.ts';
import { update } from '../../../platform/table/write.ts';
import { FeedError } from '../content/feed-error.ts';
import type { CatalogFeed, FeedState } from '../records/feed.ts';
import { catalogFeeds, feedStates } from '../records/store.ts';
import type { FeedSync } from '../records/sync.ts';
import { applyShard } from './apply.ts';
import { guardReason } from './compare.ts';
import { writeFailedRows } from './failed-rows.ts';
import { fetchSource } from './fetch.ts';
import type { Known } from './request.ts';
import { splitFeed } from './rows.ts';
import { settingsHash } from './settings-hash.ts';

type Stage = (run: Run<FeedSync>, feed: CatalogFeed, context: JobContext) => Promise<Outcome<FeedSync>>;

/** Does one piece of a sync, and leaves it to the next run if it cannot end it. */
export const syncStep = async (run: Run<FeedSync>, context: JobContext): Promise<Outcome<FeedSync>> => {
  const feed = await context.table.get(catalogFeeds, { account: run.job.account, id: run.job.feed });
  if (!feed) return { kind: 'cancelled' };
  try {
    return await stages[run.job.stage](run, feed, context);
  } catch (error) {
    if (error instanceof FeedError) return { kind: 'failed', reason: error.message };
    throw error;
  }
};

const MAX_TRIES = 4;
const FIRST_PAUSE_SECONDS = 30;
const FRESH_DAYS = 7;
const DAY_MS = 86_400_000;

const fetchStage: Stage = async (run, feed, context) => {
  const { account, feed: id, tries } = run.job;
  const state = await context.table.get(feedStates, { account, feed: id });
  const settings = settingsHash(feed);
  const result = await fetchSource(run.job, feed, knownOf(state, settings, context), context);
  if (result.kind === 'unchanged') return { kind: 'next', set: { stage: 'end', isUnchanged: true } };
  if (result.kind === 'failed') {
    if (tries + 1 >= MAX_TRIES) return { kind: 'failed', reason: `${result.reason} It was tried ${MAX_TRIES} times.` };
    return { kind: 'wait', until: FIRST_PAUSE_SECONDS * 3 ** tries, set: { tries: tries + 1 } };
  }
  const { kind: _, ...fetched } = result;
  const base = state?.manifest !== undefined && { base: state.manifest, baseBits: state.bits ?? 0 };
  return { kind: 'next', set: { stage: 'split', settings, ...fetched, ...base } };
};

/** None where the products have to be compared in any case: some wait for their grace, or the manifest would expire. */
const knownOf = (state: FeedState | undefined, settings: string, { now }: JobContext): Known => {
  if (state?.settings !== settings || state.manifest === undefined || (state.waiting ?? 0) > 0) return {};
  const age = now().getTime() - Date.parse(state.syncedAt ?? '');
  return age < FRESH_DAYS * DAY_MS ? { etag: state.etag, modified: state.modified } : {};
};

const splitStage: Stage = async (run, feed, context) => ({
  kind: 'next',
  set: { stage: 'compare', ...(await splitFeed(run.job, feed, context)) },
});

const compareStage: Stage = async (run, feed, context) => {
  const reason = await guardReason(run.job, feed, context);
  return reason === undefined ? { kind: 'next', set: { stage: 'apply' } } : { kind: 'failed', reason };
};

const applyStage: Stage = async (run, feed, context) => {
  if (run.job.shard < 1 << run.job.bits) await applyShard(run, feed, context);
  return { kind: 'next', ...(run.job.shard >= 1 << run.job.bits && { set: { stage: 'end' } }) };
};

const endStage: Stage = async (run, _, context) => {
  const { job } = run;
  if (job.isUnchanged === true) return { kind: 'complete' };
  const hasFile = await writeFailedRows(job, context.imports());
  const { account, feed, id, bits, etag, modified, settings, counts } = job;
  const set = {
    ...{ account, feed, manifest: id, bits, syncedAt: job.createdAt, waiting: counts.missing },
    ...(etag !== undefined && { etag }),
    ...(modified !== undefined && { modified }),
    ...(settings !== undefined && { settings }),
  };
  const absent = [...(etag === undefined ? ['etag'] : []), ...(modified === undefined ? ['modified'] : [])];
  const write = update(feedStates, { account, feed }, { set, remove: absent, upsert: true });
  return { kind: 'complete', set: { hasFile }, writes: [write] };
};

const stages: Readonly<Record<FeedSync['stage'], Stage>> = {
  fetch: fetchStage,
  split: splitStage,
  compare: compareStage,
  apply: applyStage,
  end: endStage,
};
