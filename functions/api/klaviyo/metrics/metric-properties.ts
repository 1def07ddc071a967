import type { Context } from '../../../domains/accounts/context.ts';
import { getProperty, type MetricProperty, readProperties } from '../../../domains/events/metrics/properties/read.ts';
import type { Metric } from '../../../domains/events/records/metric.ts';
import { fromView } from '../../../platform/http/resource/relationship.ts';
import { defineResource, toMany, toOne } from '../resource.ts';
import { metricView } from '../views/metric.ts';
import { metricPropertyView } from '../views/metric-property.ts';
import { METRIC } from './related-metrics.ts';

const NOUN = { one: 'metric property', many: 'metric properties' } as const;
const SAMPLES = 'sample_values';
const description =
  `Which properties the events of a metric have, a few minutes after the first of them. \`${SAMPLES}\` are of the ` +
  'newest events, without what could identify a person. Properties with different types of values are `Text`.';

export const routes = defineResource({
  view: metricPropertyView,
  noun: NOUN,
  scope: 'metrics',
  getOne: (id: string, context: Context) => getProperty(id, { withSamples: false }, context),

  get: {
    operation: 'getMetricProperty',
    description,
    additional: {
      [SAMPLES]: async ({ id }, context) => (await getProperty(id, { withSamples: true }, context)).samples ?? [],
    },
  },

  relationships: {
    metric: toOne({
      ...fromView(metricView),
      noun: METRIC,
      isRequired: true,
      isIncludable: true,
      read: async (properties: readonly MetricProperty[]) => new Map(properties.map(({ id, metric }) => [id, metric])),
      related: { operation: 'getMetricForMetricProperty' },
      ids: { operation: 'getMetricIdForMetricProperty' },
    }),
  },
});

/** The properties of the events of a metric. */
export const propertiesOfMetric = toMany<Metric, MetricProperty>({
  type: metricPropertyView.type,
  schema: metricPropertyView.schema,
  noun: NOUN,
  idOf: ({ id }) => id,
  read: async (metric, { additionalFields }, context) => ({
    items: await readProperties(metric, { withSamples: additionalFields.includes(SAMPLES) }, context),
  }),
  show: (properties, { fields }, context) =>
    properties.map((one) =>
      metricPropertyView.show(one, context, fields, {
        ...(one.samples && { additional: { [SAMPLES]: one.samples } }),
      }),
    ),
  related: {
    operation: 'getPropertiesForMetric',
    description,
    additionalFields: { [metricPropertyView.type]: [SAMPLES] },
  },
  ids: { operation: 'getPropertyIdsForMetric' },
});
