import * as v from 'valibot';
import type { MetricProperty } from '../../../domains/events/metrics/properties/read.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

export const metricPropertyView = defineView({
  type: 'metric-property',
  path: '/api/metric-properties',
  entries: { label: v.string(), property: v.string(), inferred_type: v.string() },
  additional: { sample_values: v.array(v.union([v.string(), v.number(), v.boolean()])) },
  attributes: ({ name, type }: MetricProperty) => ({ label: name, property: name, inferred_type: type }),
  relationships: ({ metric }) => ({ metric: { type: 'metric', id: metric.id } }),
});
