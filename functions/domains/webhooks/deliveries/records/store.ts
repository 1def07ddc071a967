import * as v from 'valibot';
import { entity } from '../../../../platform/table/entity.ts';
import { shardsOf } from '../../../../platform/table/listing/shards.ts';
import { Delivery, Pending, type Place } from './delivery.ts';

type WebhookId = Pick<Place, 'account' | 'webhookId'>;

const deliveriesPk = ({ account, webhookId }: WebhookId, shard: number): string =>
  `A#${account}#WEBHOOK#${webhookId}#${shard}`;

export const WAITING = 'WAITING#';
export const ENDED = 'ENDED#';
const placeText = ({ position, tag }: Pick<Place, 'position' | 'tag'>): string => `${position}#${tag}`;

/** The partitions with the deliveries of a webhook. */
export const deliveryPartitions = (id: WebhookId): string[] => shardsOf((shard) => deliveriesPk(id, shard));

/** Read strongly and in order by the run that sends them. */
export const pendingDeliveries = entity({
  type: 'webhook_pending_delivery',
  schema: Pending,
  key: (of: Place) => ({ pk: deliveriesPk(of, of.shard), sk: `${WAITING}${placeText(of)}` }),
});

const failedPk = ({ account, webhookId }: WebhookId, shard: number): string =>
  `A#${account}#WEBHOOKFAILED#${webhookId}#${shard}`;

/** The index partitions with the deliveries of a webhook that were given up. */
export const failedPartitions = (id: WebhookId): string[] => shardsOf((shard) => failedPk(id, shard));

/** The index partition with the deliveries about a profile. */
export const profileDeliveriesPk = (account: string, profileId: string): string =>
  `A#${account}#PROFILEDELIVERIES#${profileId}`;

export const deliveries = entity({
  type: 'webhook_delivery',
  schema: Delivery,
  key: (of: Place) => ({ pk: deliveriesPk(of, of.shard), sk: `${ENDED}${placeText(of)}` }),
  indexes: (delivery) => ({
    ...(delivery.status === 'failed' && {
      gsi1: { pk: failedPk(delivery, delivery.shard), sk: `${ENDED}${placeText(delivery)}` },
    }),
    ...(delivery.profileId !== undefined && {
      gsi2: {
        pk: profileDeliveriesPk(delivery.account, delivery.profileId),
        sk: `${delivery.webhookId}#${placeText(delivery)}`,
      },
    }),
  }),
});

const Endpoint = v.object({
  account: v.string(),
  webhookId: v.string(),
  /** The run that sends now, and until when. */
  lease: v.optional(v.string()),
  leaseUntil: v.optional(v.string()),
  /** There is new work for the run that has the lease. */
  hasMore: v.optional(v.boolean()),
  /** When a message wakes the next run. */
  wakeAt: v.optional(v.string()),
  /** Failed attempts since the last success. */
  failures: v.optional(v.number(), 0),
  failingSince: v.optional(v.string()),
  /** The breaker is open: nothing is sent before. */
  openUntil: v.optional(v.string()),
  /** A run could not send everything in its time. Absent once nothing waits. */
  behindSince: v.optional(v.string()),
  /** Deliveries that came since it failed or was behind, without those that were sent meanwhile. */
  waiting: v.optional(v.number()),
  /** So many wait that further ones go to the log unsent. */
  fullSince: v.optional(v.string()),
});
export type Endpoint = v.InferOutput<typeof Endpoint>;

/** The state of the receiver, and the lease of the one run that sends to it. */
export const endpoints = entity({
  type: 'webhook_endpoint',
  schema: Endpoint,
  key: ({ account, webhookId }: WebhookId) => ({ pk: `A#${account}#WEBHOOKENDPOINT#${webhookId}`, sk: 'ENDPOINT' }),
});

const Probe = v.object({
  account: v.string(),
  webhookId: v.string(),
  /** Until when its request may take. */
  busyUntil: v.string(),
});
export type Probe = v.InferOutput<typeof Probe>;

/** The one receiver of an account that failed and is tried out now. */
export const probes = entity({
  type: 'webhook_probe',
  schema: Probe,
  key: ({ account }: Pick<Probe, 'account'>) => ({ pk: `A#${account}#WEBHOOKPROBE`, sk: 'PROBE' }),
});
