import * as v from 'valibot';
import { entity } from '../../../../platform/table/entity.ts';

/** What metrics can mean for a shop. */
export const mappedMetricIds = [
  'added_to_cart',
  'cancelled_sales',
  'ordered_product',
  'refunded_sales',
  'revenue',
  'started_checkout',
  'viewed_product',
] as const;

/** Which metric, or which custom metric, has this meaning. Absent if it was never set. */
export const MappedMetric = v.object({
  account: v.string(),
  id: v.picklist(mappedMetricIds),
  metricId: v.optional(v.string()),
  customMetricId: v.optional(v.string()),
  updated: v.string(),
});
export type MappedMetric = v.InferOutput<typeof MappedMetric>;

export const mappedMetrics = entity({
  type: 'mapped_metric',
  schema: MappedMetric,
  key: ({ account, id }: Pick<MappedMetric, 'account' | 'id'>) => ({
    pk: `A#${account}#MAPPEDMETRICS`,
    sk: `MAP#${id}`,
  }),
});
