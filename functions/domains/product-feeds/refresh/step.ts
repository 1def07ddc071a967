import type { Outcome } from '../../../platform/jobs/job.ts';
import type { JobContext, Run } from '../../../platform/jobs/run.ts';
import { type ProductFeedState, productFeedStore } from '../records/feed.ts';
import { markOf } from '../records/mark.ts';
import { selectItems } from '../select/select.ts';

/** Selects, then says what the selection knew. A change that comes meanwhile has another mark: the next run sees it. */
export const refreshStep = async (
  run: Run<ProductFeedState>,
  context: JobContext,
): Promise<Outcome<ProductFeedState>> => {
  const feed = await productFeedStore.get(run.job.id, context);
  const seen = await markOf(feed, context);
  const ids = [...(await selectItems(feed, run.checkTime, context))];
  return { kind: 'complete', set: { ids, seen, selected: context.now().toISOString() } };
};
