import * as ingest from '../api/klaviyo/events/ingest.ts';
import * as jobs from '../api/klaviyo/events/job-routes.ts';
import * as metricAggregates from '../api/klaviyo/events/metric-aggregates.ts';
import { routes as metrics } from '../api/klaviyo/events/metrics.ts';
import * as reading from '../api/klaviyo/events/routes.ts';
import * as live from '../api/klaviyo/live/routes.ts';
import { routes as customMetrics } from '../api/klaviyo/metrics/custom-metrics.ts';
import { routes as mappedMetrics, updateMappedMetric } from '../api/klaviyo/metrics/mapped-metrics.ts';
import { routes as metricProperties } from '../api/klaviyo/metrics/metric-properties.ts';
import * as eventCounts from '../api/klaviyo/receipts/event-counts.ts';
import * as receipts from '../api/klaviyo/receipts/routes.ts';
import { routes as segmentPixels } from '../api/segment/pixel-routes.ts';
import { routes as segment } from '../api/segment/routes.ts';
import * as segmentSettings from '../api/segment/settings-routes.ts';
import { lambda } from '../platform/service/lambda.ts';
import type { ServiceDeclaration } from '../platform/service/service.ts';

export const events: ServiceDeclaration = {
  name: 'events',
  routes: {
    ...ingest,
    ...reading,
    ...metrics,
    ...customMetrics,
    ...metricProperties,
    ...mappedMetrics,
    updateMappedMetric,
    ...metricAggregates,
    ...segment,
    ...segmentPixels,
    ...segmentSettings,
    ...jobs,
    ...receipts,
    ...live,
    ...eventCounts,
  },
  triggers: [],
  uses: ['table', 'table:check', 'table:create-many'],
};

export const { http } = lambda(events);
