import type { Domain } from '../domain.ts';
import * as reading from './routes/events.ts';
import * as ingest from './routes/ingest.ts';
import * as metricAggregates from './routes/metric-aggregates.ts';
import * as metricFlows from './routes/metric-flows.ts';
import * as metrics from './routes/metrics.ts';

export const events: Domain = {
  name: 'events',
  routes: { ...ingest, ...reading, ...metrics, ...metricFlows, ...metricAggregates },
  triggers: [],
  uses: ['table', 'table:check', 'table:create-many'],
};
