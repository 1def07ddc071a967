import * as v from 'valibot';
import { entity } from '../../../../platform/table/entity.ts';

/** What the values of a property are. `Text` also stands for values of different types. */
export const propertyTypes = ['Text', 'Number', 'Boolean', 'Date', 'List', 'Object'] as const;
export type PropertyType = (typeof propertyTypes)[number];

/** The properties that events of a metric were seen with. Only a new name or type changes it. */
export const MetricProperties = v.object({
  account: v.string(),
  metricId: v.string(),
  types: v.record(v.string(), v.picklist(propertyTypes)),
  /** Raised by each change: a writer that read an older one merges again. */
  rev: v.number(),
});
export type MetricProperties = v.InferOutput<typeof MetricProperties>;

/** In a partition of counts, which the reader of changes may write. */
export const metricProperties = entity({
  type: 'metric_properties',
  schema: MetricProperties,
  key: ({ account, metricId }: Pick<MetricProperties, 'account' | 'metricId'>) => ({
    pk: `A#${account}#COUNTS#PROPERTIES#${metricId}`,
    sk: 'PROPERTIES',
  }),
  json: ['types'],
});
