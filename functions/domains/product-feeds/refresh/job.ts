import { defineJob } from '../../../platform/jobs/define.ts';
import { defaultPace, type Pace } from '../../../platform/storage/pace.ts';
import { removeOldFiles } from '../file/tidy.ts';
import { jobState, type ProductFeedState } from '../records/feed.ts';

/** Selects the products of a feed anew. One item is the job of all runs: each opens it again. */
export const defineRefreshJob = (pace: Pace) =>
  defineJob<ProductFeedState, Pick<ProductFeedState, 'account' | 'id'>>({
    name: 'product-feed-refresh',
    state: jobState,
    absence: (id) => `There is no product feed ${id}.`,
    marginMs: 60_000,
    tidy: removeOldFiles,
    retryable: ['failed', 'complete', 'cancelled'],
    reopen: () => ({ remove: ['build'] }),

    // Loaded on demand, since most functions only start jobs.
    step: async (run, context) => (await import('./step.ts')).refreshStep(run, context, pace),
  });

/** A page is one item of the catalog. */
export const refreshJob = defineRefreshJob({ ...defaultPace, pagesAtOnce: 10_000 });
