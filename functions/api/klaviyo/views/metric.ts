import * as v from 'valibot';
import { integrationOf, type Metric } from '../../../domains/events/records/metric.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

export const metricView = defineView({
  type: 'metric',
  path: '/api/metrics',
  entries: {
    name: v.string(),
    created: v.string(),
    updated: v.string(),
    integration: v.partial(
      v.object({
        object: v.literal('integration'),
        id: v.string(),
        key: v.string(),
        name: v.string(),
        category: v.string(),
      }),
    ),
  },
  attributes: ({ name, service, createdAt }: Metric) => ({
    name,
    created: withUtcOffset(createdAt),
    updated: withUtcOffset(createdAt),
    integration: integrationOf(service),
  }),
  relationships: () => ({ 'flow-triggers': undefined, 'metric-properties': undefined }),
});
