import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { create, put, remove, update } from '../../../platform/table/write.ts';
import type { Delivery, Pending } from './records/delivery.ts';
import { pauseAfter, RETRY_MS } from './records/retry-times.ts';
import { deliveries, deliveryPartitions, pendingDeliveries, WAITING } from './records/store.ts';
import type { Attempt } from './send.ts';
import type { EndpointId } from './wake.ts';

type Deps = Pick<Services, 'table' | 'now'>;

/** How long the log keeps a delivery. */
export const LOG_DAYS = 30;

/** Stores the outcome of an attempt. Returns whether the delivery has ended, so that the next of its profile is due. */
export const recordAttempt = async (pending: Pending, attempt: Attempt, deps: Deps): Promise<boolean> => {
  const { table, now } = deps;
  if (attempt.kind === 'dropped') {
    await table.write(remove(pendingDeliveries, pending));
    return true;
  }
  const attempts = pending.attempts + 1;
  if (attempt.kind === 'delivered') {
    await endDelivery({ ...pending, attempts, responseCode: attempt.status, lastError: undefined }, 'delivered', deps);
    return true;
  }
  const nowMs = now().getTime();
  const lastMs = Date.parse(pending.since) + RETRY_MS;
  const nextMs = Math.min(lastMs, nowMs + Math.max(pauseAfter(attempts), attempt.retryAfterMs ?? 0));
  const outcome = { attempts, lastError: attempt.error, responseCode: attempt.status };
  if (attempt.isGone || attempt.isUndeliverable || nowMs >= lastMs) {
    await endDelivery({ ...pending, ...outcome }, 'failed', deps);
    return true;
  }
  const set = { ...outcome, nextAt: new Date(nextMs).toISOString() };
  await table.write(
    update(pendingDeliveries, pending, { set, remove: attempt.status === undefined ? ['responseCode'] : [] }),
  );
  return false;
};

/** Moves a delivery to the log. The log comes first: a run that dies between sends the message again. */
export const endDelivery = async (
  pending: Pending,
  status: Delivery['status'],
  { table, now }: Deps,
): Promise<void> => {
  await table.write(put(deliveries, endedOf(pending, status, now())));
  await table.write(remove(pendingDeliveries, pending));
};

/** Stores a delivery that is not tried in the log, unless it is there already. */
export const endUnsent = async (pending: Pending, { table, now }: Deps): Promise<void> => {
  await table.write(create(deliveries, endedOf(pending, 'failed', now())));
};

const endedOf = ({ since: _, nextAt: __, ...pending }: Pending, status: Delivery['status'], at: Date): Delivery =>
  withoutUndefined({
    ...pending,
    status,
    completedAt: at.toISOString(),
    expiresAt: expiryAfterDays(at, LOG_DAYS),
  });

const BATCH = 100;

/** Gives up what waits for a webhook that was disabled, a batch at a time. Returns whether there was anything. */
export const failWaiting = async (id: EndpointId, reason: string, deps: Deps): Promise<boolean> => {
  const waiting = await inParallel(deliveryPartitions(id), 8, (pk) =>
    deps.table.queryOf(pendingDeliveries, { pk, prefix: WAITING, limit: BATCH }),
  );
  await inParallel(waiting.flat(), 20, (pending) =>
    endDelivery({ ...pending, lastError: pending.lastError ?? reason }, 'failed', deps),
  );
  return waiting.flat().length > 0;
};

/** DynamoDB refuses undefined attributes. */
const withoutUndefined = ({ lastError, responseCode, ...ended }: Delivery): Delivery => ({
  ...ended,
  ...(lastError !== undefined && { lastError }),
  ...(responseCode !== undefined && { responseCode }),
});
