import * as v from 'valibot';
import { entity } from '../../../../../platform/table/entity.ts';
import { Count, smallStore } from '../../../../../platform/table/small-store.ts';
import { hashOf } from '../../../records/event-id.ts';
import { MetricDefinition } from './definition.ts';

/** A metric that the account defines by groups of events of other metrics. */
export const CustomMetric = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  definition: MetricDefinition,
  created: v.string(),
  updated: v.string(),
});
export type CustomMetric = v.InferOutput<typeof CustomMetric>;

const CUSTOM_METRIC = 'METRIC#';
export const MAX_CUSTOM_METRICS = 100;

const pk = (account: string): string => `A#${account}#CUSTOMMETRICS`;

export const customMetrics = entity({
  type: 'custom_metric',
  schema: CustomMetric,
  key: ({ account, id }: Pick<CustomMetric, 'account' | 'id'>) => ({ pk: pk(account), sk: `${CUSTOM_METRIC}${id}` }),
  json: ['definition'],
});

export const customMetricCounts = entity({
  type: 'custom_metric_count',
  schema: Count,
  key: ({ account }: Pick<Count, 'account'>) => ({ pk: pk(account), sk: 'COUNT' }),
});

/** Reserves the name of a custom metric. */
export const customMetricNames = entity({
  type: 'custom_metric_name',
  schema: v.object({ account: v.string(), name: v.string(), id: v.string() }),
  key: ({ account, name }: { readonly account: string; readonly name: string }) => ({
    pk: pk(account),
    sk: `NAME#${hashOf('custom metric', name)}`,
  }),
});

export const customMetricStore = smallStore({
  entity: customMetrics,
  counts: customMetricCounts,
  pk,
  prefix: CUSTOM_METRIC,
  max: MAX_CUSTOM_METRICS,
  noun: { one: 'custom metric', many: 'custom metrics' },
});
