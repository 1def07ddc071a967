import type { Outcome } from '../../../platform/jobs/job.ts';
import type { JobContext, Run } from '../../../platform/jobs/run.ts';
import type { Pace } from '../../../platform/storage/pace.ts';
import { items } from '../../catalog/records/read.ts';
import { buildFile } from '../file/build.ts';
import { categoryNames } from '../file/category-names.ts';
import type { FileProduct } from '../file/product.ts';
import { productsOf } from '../file/products.ts';
import { type ProductFeed, type ProductFeedState, productFeedStore } from '../records/feed.ts';
import { markOf } from '../records/mark.ts';
import { selectItems } from '../select/select.ts';
import { wholeCatalogStep } from '../whole-catalog/step.ts';

/** Selects, builds the file, then says what the selection knew. A change that comes meanwhile has another mark: the next run sees it. */
export const refreshStep = async (
  run: Run<ProductFeedState>,
  context: JobContext,
  pace: Pace,
): Promise<Outcome<ProductFeedState>> => {
  const feed = await productFeedStore.get(run.job.id, context);
  const { file: setting } = feed;
  if (feed.kind === 'all' && setting) return wholeCatalogStep(run, { feed, setting, pace }, context);
  const seen = await markOf(feed, context);
  const ids = [...(await selectItems(feed, run.checkTime, context))];
  const set = { ids, seen, selected: context.now().toISOString() };
  if (!setting) return { kind: 'complete', set, remove: ['file', 'build'] };
  const products = selectedProducts(ids, { feed, checkTime: run.checkTime }, context);
  const building = { feed, setting, build: context.newId(context.now()), products, before: run.job.file };
  return { kind: 'complete', set: { ...set, file: await buildFile(building, context) }, remove: ['build'] };
};

const PAGE = 50;

interface Selected {
  readonly feed: ProductFeed;
  readonly checkTime: () => void;
}

/** The entries of the selected items, as the catalog has them now. */
async function* selectedProducts(
  ids: readonly string[],
  { feed, checkTime }: Selected,
  context: JobContext,
): AsyncGenerator<FileProduct> {
  const options = { currency: feed.file?.currency, findNames: categoryNames(context), shows: () => true };
  for (let at = 0; at < ids.length; at += PAGE) {
    const page = ids.slice(at, at + PAGE);
    const found = await items.findMany(page, context);
    checkTime();
    const published = page.flatMap((id) => found.get(id) ?? []).filter((item) => item.published);
    for await (const { products } of productsOf(published, options, context)) yield* products;
  }
}
