import { defineJob } from '../../../platform/jobs/define.ts';
import { removeOldFiles } from '../file/tidy.ts';
import { jobState, type ProductFeedState } from '../records/feed.ts';

/** Selects the products of a feed anew. One item is the job of all runs: each opens it again. */
export const refreshJob = defineJob<ProductFeedState, Pick<ProductFeedState, 'account' | 'id'>>({
  name: 'product-feed-refresh',
  state: jobState,
  absence: (id) => `There is no product feed ${id}.`,
  marginMs: 60_000,
  tidy: removeOldFiles,
  retryable: ['failed', 'complete', 'cancelled'],

  // Loaded on demand, since most functions only start jobs.
  step: async (run, context) => (await import('./step.ts')).refreshStep(run, context),
});
