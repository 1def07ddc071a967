import { createHash } from 'node:crypto';
import type { Context } from '../../accounts/context.ts';
import type { Integration } from '../records/integration.ts';
import { hookDeliveries } from '../records/store.ts';
import { type HookMessage, packPayload } from './message.ts';

export const HOOK_DELIVERY = 'hook-delivery';
export const HOOKS_QUEUE = 'deliveries';

/** A delivery whose signature is right. */
export interface VerifiedDelivery {
  readonly integration: Pick<Integration, 'id'>;
  readonly topic: string;
  readonly deliveryId: string | undefined;
  /** The domain of the shop. */
  readonly shop?: string | undefined;
  readonly bytes: Buffer;
}

export interface Accepted {
  /** Our id for the delivery. Its time is that of the receipt. */
  readonly id: string;
  /** By which repetitions are recognized. */
  readonly key: string;
  readonly isDuplicate: boolean;
}

/**
 * Queues a delivery, and answers when it is safe. It is read, mapped and stored later. A repetition of a delivery that
 * was processed is recognized here; one that is in progress is processed twice, which changes nothing.
 */
export const accept = async (delivery: VerifiedDelivery, context: Context): Promise<Accepted> => {
  const { account, table, newId, now, queue } = context;
  const { integration, topic, shop, bytes } = delivery;
  const key = deliveryKey(delivery);
  const processed = await table.get(hookDeliveries, { account, integrationId: integration.id, key });
  if (processed) return { id: processed.id, key, isDuplicate: true };
  const at = now();
  const id = newId(at);
  const message: HookMessage = {
    account,
    integrationId: integration.id,
    id,
    key,
    topic,
    receivedAt: at.toISOString(),
    ...(shop !== undefined && { shop }),
    ...(await packPayload({ account, id }, bytes, context)),
    waits: 0,
    retries: 0,
  };
  await queue(HOOKS_QUEUE).send({ kind: HOOK_DELIVERY, ...message });
  return { id, key, isDuplicate: false };
};

/**
 * Identifies a delivery. The id alone is not enough: WooCommerce gives two deliveries of one second the same id, and no
 * vendor signs it.
 */
const deliveryKey = ({ topic, deliveryId = '', bytes }: VerifiedDelivery): string =>
  createHash('sha256')
    .update(JSON.stringify([topic, deliveryId]))
    .update(bytes)
    .digest('base64url');
