import type { Outcome } from '../../../platform/jobs/job.ts';
import type { JobContext, Run } from '../../../platform/jobs/run.ts';
import { items } from '../../catalog/records/read.ts';
import type { CatalogItem } from '../../catalog/records/records.ts';
import { buildFile } from '../file/build.ts';
import { type ProductFeedState, productFeedStore } from '../records/feed.ts';
import { markOf } from '../records/mark.ts';
import { selectItems } from '../select/select.ts';

/** Selects, builds the file, then says what the selection knew. A change that comes meanwhile has another mark: the next run sees it. */
export const refreshStep = async (
  run: Run<ProductFeedState>,
  context: JobContext,
): Promise<Outcome<ProductFeedState>> => {
  const feed = await productFeedStore.get(run.job.id, context);
  const seen = await markOf(feed, context);
  const ids = [...(await selectItems(feed, run.checkTime, context))];
  const set = { ids, seen, selected: context.now().toISOString() };
  const { file: setting } = feed;
  if (!setting) return { kind: 'complete', set, remove: ['file'] };
  const building = { feed, setting, pages: pagesOf(ids, context), before: run.job.file, checkTime: run.checkTime };
  return { kind: 'complete', set: { ...set, file: await buildFile(building, context) } };
};

const PAGE = 50;

/** The selected items, as the catalog has them now. */
async function* pagesOf(ids: readonly string[], context: JobContext): AsyncGenerator<readonly CatalogItem[]> {
  for (let at = 0; at < ids.length; at += PAGE) {
    const page = ids.slice(at, at + PAGE);
    const found = await items.findMany(page, context);
    yield page.flatMap((id) => found.get(id) ?? []).filter(({ published }) => published);
  }
}
