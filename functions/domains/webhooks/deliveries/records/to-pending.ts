import { expiryAfterDays } from '../../../../platform/table/ttl.ts';
import type { Delivery, Pending } from './delivery.ts';
import { RETRY_DAYS } from './retry-times.ts';

/** A delivery that waits for its first attempt again. */
export const toPending = (delivery: Delivery | Pending, now: Date): Pending => {
  const { account, webhookId, shard, position, tag, what, profileId, source, at, group } = delivery;
  return {
    ...{ account, webhookId, shard, position, tag, what, source, at, group },
    ...(profileId !== undefined && { profileId }),
    attempts: 0,
    since: now.toISOString(),
    expiresAt: expiryAfterDays(now, RETRY_DAYS + 1),
  };
};
