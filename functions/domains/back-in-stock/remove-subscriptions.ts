import { inParallel } from '../../platform/parallel.ts';
import { remove } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { stockSubscriptions } from './records/store.ts';
import type { StockSubscription } from './records/subscription.ts';

const PARALLEL = 24;

/** Removes subscriptions, unless the person asked again meanwhile. */
export const removeSubscriptions = async (
  subscriptions: readonly StockSubscription[],
  { table }: Pick<Context, 'table'>,
): Promise<void> => {
  await inParallel(subscriptions, PARALLEL, (one) =>
    table.write(remove(stockSubscriptions, one, { attribute: 'id', is: '=', value: one.id })),
  );
};
