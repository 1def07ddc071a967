import * as v from 'valibot';
import type { CustomMetric } from '../../../domains/events/metrics/custom/records/store.ts';
import type { MappedMetric } from '../../../domains/events/metrics/mapped/store.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

const DefinitionView = v.partial(
  v.object({
    aggregation_method: v.string(),
    metric_groups: v.array(
      v.object({
        metric_id: v.string(),
        metric_filters: v.nullable(v.array(v.object({ property: v.string(), filter: v.unknown() }))),
        value_property: v.nullable(v.string()),
      }),
    ),
  }),
);

export const customMetricView = defineView({
  type: 'custom-metric',
  path: '/api/custom-metrics',
  entries: { name: v.string(), created: v.string(), updated: v.string(), definition: DefinitionView },
  attributes: ({ name, created, updated, definition }: CustomMetric) => ({
    name,
    created: withUtcOffset(created),
    updated: withUtcOffset(updated),
    definition: {
      aggregation_method: definition.aggregation_method,
      metric_groups: definition.metric_groups.map(({ metric_id, metric_filters, value_property }) => ({
        metric_id,
        metric_filters: metric_filters ?? null,
        value_property: value_property ?? null,
      })),
    },
  }),
  relationships: () => ({ metrics: undefined }),
});

export const mappedMetricView = defineView({
  type: 'mapped-metric',
  path: '/api/mapped-metrics',
  entries: { updated: v.string() },
  attributes: ({ updated }: MappedMetric) => ({ updated: withUtcOffset(updated) }),
  relationships: ({ metricId, customMetricId }) => ({
    metric: metricId === undefined ? null : { type: 'metric', id: metricId },
    'custom-metric': customMetricId === undefined ? null : { type: 'custom-metric', id: customMetricId },
  }),
});
