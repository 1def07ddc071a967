import { profilePk } from '../../model/partition.ts';
import { inParallel } from '../../platform/parallel.ts';
import { definition } from '../../platform/table/definition.ts';
import { listPage, type Page, type PageRequest } from '../../platform/table/listing/pages.ts';
import type { Context } from '../accounts/context.ts';
import { STOCK, stockSubscriptions, waitingPartitions } from './records/store.ts';
import { MAX_SUBSCRIPTIONS, type StockSubscription } from './records/subscription.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const PARALLEL = 8;

/** A page of those who wait for a variant, oldest first. The index lags by about a second: pages can be short. */
export const listWaiting = async (
  variant: string,
  request: PageRequest,
  { account, table }: Deps,
): Promise<Page<StockSubscription>> => {
  const { items: entries, ...cursors } = await listPage(table, {
    index: 'gsi1',
    partitions: waitingPartitions(account, variant),
    descending: false,
    ...request,
  });
  const items = await table.getItems(
    entries.map((entry) => ({ pk: String(entry[definition.pk]), sk: String(entry[definition.sk]) })),
  );
  const subscriptions = items.flatMap((item) => (item ? [stockSubscriptions.fromItem(item)] : []));
  return { ...cursors, items: subscriptions.filter(({ ended }) => ended === undefined) };
};

/** All subscriptions of a person, under all their ids, oldest first. */
export const readSubscriptionsOf = async (
  profileIds: readonly string[],
  { account, table }: Deps,
): Promise<StockSubscription[]> => {
  const pages = await inParallel(profileIds, PARALLEL, (profileId) =>
    table.queryOf(stockSubscriptions, {
      pk: profilePk(account, profileId),
      prefix: STOCK,
      limit: MAX_SUBSCRIPTIONS,
    }),
  );
  return pages.flat().toSorted(byAge);
};

export const byAge = (a: StockSubscription, b: StockSubscription): number =>
  `${a.created} ${a.id}` < `${b.created} ${b.id}` ? -1 : 1;
