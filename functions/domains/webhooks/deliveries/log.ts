import { ApiError } from '../../../platform/errors.ts';
import { listPage, type Page, type PageRequest } from '../../../platform/table/listing/pages.ts';
import { put } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { webhookStore } from '../records/store.ts';
import { type Delivery, type Pending, parseDeliveryId } from './records/delivery.ts';
import {
  deliveries,
  deliveryPartitions,
  ENDED,
  failedPartitions,
  pendingDeliveries,
  WAITING,
} from './records/store.ts';
import { toPending } from './records/to-pending.ts';
import { wakeEndpoint } from './wake.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'queue'>;

/** Lists the deliveries of a webhook, newest first: those that ended, or those that wait, or failed. */
export const listDeliveries = async (
  webhookId: string,
  { status, page }: { readonly status: 'pending' | 'failed' | undefined; readonly page: PageRequest },
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<Page<Delivery | Pending>> => {
  await webhookStore.get(webhookId, { account, table });
  const id = { account, webhookId };
  const order = { descending: true, ...page };
  if (status === 'pending') {
    const partitions = deliveryPartitions(id);
    const { items, ...cursors } = await listPage(table, { partitions, prefix: WAITING, ...order });
    return { ...cursors, items: items.map(pendingDeliveries.fromItem) };
  }
  if (status === undefined) {
    const partitions = deliveryPartitions(id);
    const { items, ...cursors } = await listPage(table, { partitions, prefix: ENDED, ...order });
    return { ...cursors, items: items.map(deliveries.fromItem) };
  }
  const { items: keys, ...cursors } = await listPage(table, {
    index: 'gsi1',
    partitions: failedPartitions(id),
    prefix: ENDED,
    ...order,
  });
  const items = await table.getItems(keys.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
  // The index can be behind: some may have been sent again.
  const failed = items.flatMap((item) => (item ? [deliveries.fromItem(item)] : []));
  return { ...cursors, items: failed.filter((delivery) => delivery.status === 'failed') };
};

const notFound = (id: string): ApiError =>
  new ApiError('not_found', { detail: `There is no webhook delivery ${id.slice(0, 64)}.` });

/** Gets a delivery by its id, waiting or ended. */
export const getDelivery = async (
  id: string,
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<Delivery | Pending> => {
  const place = parseDeliveryId(id);
  if (!place) throw notFound(id);
  const key = { account, ...place };
  const delivery = (await table.get(pendingDeliveries, key)) ?? (await table.get(deliveries, key));
  if (!delivery) throw notFound(id);
  return delivery;
};

/** Sends a delivery again, with its first id, so that the receiver recognizes it. One that waits is tried at once. */
export const resendDelivery = async (id: string, context: Deps): Promise<Pending> => {
  const delivery = await getDelivery(id, context);
  const { account, webhookId } = delivery;
  await webhookStore.get(webhookId, context);
  const pending = toPending(delivery, context.now());
  await context.table.write(put(pendingDeliveries, pending));
  await wakeEndpoint({ account, webhookId }, context);
  return pending;
};
