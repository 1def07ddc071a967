import * as v from 'valibot';
import { profilePk } from '../../../model/partition.ts';
import { entity } from '../../../platform/table/entity.ts';
import { shardOf, shardsOf } from '../../../platform/table/listing/shards.ts';
import { Event } from './event.ts';
import { integrationOf, Metric } from './metric.ts';

/** The prefix of the sort keys of events. */
export const EVENTS = 'EVENT#';

/** A sort key by time, unique within the account. */
export const timeSortKey = ({ time, hash }: Pick<Event, 'time' | 'hash'>): string => `${time}#${hash}`;

export const timelinePk = profilePk;

/** The partitions that list the events of a metric. */
export const metricPartitions = (account: string, metricId: string): string[] =>
  shardsOf((shard) => metricPk(account, metricId, shard));

const metricPk = (account: string, metricId: string, shard: number): string => `A#${account}#M#${metricId}#${shard}`;

export const events = entity({
  type: 'event',
  schema: Event,
  key: ({ account, profileId, time, hash }: Pick<Event, 'account' | 'profileId' | 'time' | 'hash'>) => ({
    pk: timelinePk(account, profileId),
    sk: `${EVENTS}${timeSortKey({ time, hash })}`,
  }),
  json: ['properties', 'signals'],
  indexes: ({ account, metricId, time, hash }) => ({
    gsi1: { pk: metricPk(account, metricId, shardOf(hash)), sk: timeSortKey({ time, hash }) },
  }),
});

const Guard = v.object({
  account: v.string(),
  profileId: v.string(),
  hash: v.string(),
  time: v.string(),
  expiresAt: v.optional(v.number()),
  /** Whether a public caller reserved the id. A caller with a key may still use it. */
  isPublic: v.optional(v.boolean()),
});
export type Guard = v.InferOutput<typeof Guard>;

export const GUARDS = 'UNIQUE#';

/**
 * Reserves a `unique_id` and stores the time of its event. By it, the event is found even if it is sent again with
 * another time.
 */
export const guards = entity({
  type: 'event-guard',
  schema: Guard,
  key: ({ account, profileId, hash }: Pick<Guard, 'account' | 'profileId' | 'hash'>) => ({
    pk: timelinePk(account, profileId),
    sk: `${GUARDS}${hash}`,
  }),
});

export const METRICS = 'METRIC#';
export const metricsPk = (account: string): string => `A#${account}#METRICS`;

/** The partition of the metrics of one integration, by its name or category. */
export const integrationPk = (account: string, by: 'name' | 'category', value: string): string =>
  `A#${account}#METRICS#${by}#${value}`;

export const metrics = entity({
  type: 'metric',
  schema: Metric,
  key: ({ account, id }: Pick<Metric, 'account' | 'id'>) => ({ pk: metricsPk(account), sk: `${METRICS}${id}` }),
  indexes: ({ account, id, service }) => {
    const { name, category } = integrationOf(service);
    return {
      gsi1: { pk: integrationPk(account, 'name', name), sk: id },
      gsi2: { pk: integrationPk(account, 'category', category), sk: id },
    };
  },
});

/** The number of metrics of an account. Only new metrics change it. */
export const metricCounts = entity({
  type: 'metric-count',
  schema: v.object({ account: v.string(), count: v.number() }),
  key: ({ account }: { readonly account: string }) => ({ pk: metricsPk(account), sk: 'COUNT' }),
});
