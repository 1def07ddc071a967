import { storeCategories } from '../../../functions/domains/catalog/write/categories.ts';
import type { ItemDraft, VariantDraft } from '../../../functions/domains/catalog/write/draft.ts';
import { storeItems } from '../../../functions/domains/catalog/write/items.ts';
import { storeVariants } from '../../../functions/domains/catalog/write/variants.ts';
import {
  changeProductFeed,
  createProductFeed,
  findState,
  getProductFeed,
  type ProductFeedChange,
  type ProductFeedInput,
} from '../../../functions/domains/product-feeds/actions.ts';
import { readFeedItems } from '../../../functions/domains/product-feeds/read-items.ts';
import { refreshJob } from '../../../functions/domains/product-feeds/refresh/job.ts';
import { PRODUCT_FEED_IS_DUE, refreshDue } from '../../../functions/domains/product-feeds/schedule.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { archive } from '../../../functions/services/archive.ts';
import { startChanges } from '../../support/changes/changes.ts';
import { followTable } from '../../support/changes/follow-table.ts';
import { startFeeds } from '../feeds/start.ts';

interface Options {
  readonly job?: Pick<typeof refreshJob, 'handle'>;
  readonly remainingMs?: () => number;
}

/** A shop with a catalog and product feeds. */
export const startProductFeeds = async ({ job = refreshJob, remainingMs = () => 900_000 }: Options = {}) => {
  const shop = await startFeeds();
  const world = { ...shop.services, archive: () => shop.files };
  const { records } = followTable(shop);
  const changes = startChanges([archive], () => world);
  const text = (id: string) => ({ title: `Item ${id}`, description: 'A thing', url: `https://shop.example/${id}` });

  /** Delivers what waits, and runs the jobs. Messages that come too early wait again. */
  const deliver = async (services: Services = shop.services): Promise<void> => {
    for (const message of shop.sent.splice(0)) {
      if (message.kind === PRODUCT_FEED_IS_DUE) await refreshDue(message, services);
      else shop.sent.push(message);
    }
    const jobs = shop.sent.filter(({ kind }) => kind === refreshJob.kind);
    for (const message of jobs) {
      shop.sent.splice(shop.sent.indexOf(message), 1);
      await job.handle(message, services, { remainingMs });
    }
  };

  return {
    ...shop,
    deliver,
    /** Brings the changes of the table to their consumer. */
    follow: async (): Promise<void> => {
      await changes.read(await records());
      await changes.work(archive);
    },
    /** Lets the time pass until feeds look for changes. */
    pass: async (services?: Services): Promise<void> => {
      shop.advance(15 * 60_000);
      await deliver(services);
    },
    storeItems: (drafts: readonly ItemDraft[]) =>
      storeItems(
        drafts.map((draft) => ({ ...text(draft.id), ...draft })),
        { mode: 'upsert' },
        shop.context(),
      ),
    storeVariants: (drafts: readonly VariantDraft[]) =>
      storeVariants(
        drafts.map((draft) => ({ ...text(draft.id), sku: draft.id, price: 10, quantity: 1, ...draft })),
        { mode: 'upsert' },
        shop.context(),
      ),
    storeCategories: (ids: readonly string[]) =>
      storeCategories(
        ids.map((id) => ({ id, name: id })),
        { mode: 'upsert' },
        shop.context(),
      ),
    create: async (input: Partial<ProductFeedInput> = {}) => {
      const feed = await createProductFeed({ name: 'Feed', kind: 'newest', inStock: false, ...input }, shop.context());
      await deliver();
      return feed;
    },
    change: async (id: string, change: ProductFeedChange) => {
      await changeProductFeed(id, change, shop.context());
      await deliver();
    },
    /** Selects the products of a feed, whatever became of earlier messages. */
    wake: async (id: string): Promise<void> => {
      shop.sent.length = 0;
      const state = await findState(id, shop.context());
      if (!state) throw new Error('The feed has no state.');
      await refreshJob.retry(state, shop.context());
      await deliver();
    },
    state: (id: string) => findState(id, shop.context()),
    idsOf: async (id: string, size = 50): Promise<readonly string[]> => {
      const feed = await getProductFeed(id, shop.context());
      return (await readFeedItems(feed, { size }, shop.context())).map((item) => item.id);
    },
  };
};
