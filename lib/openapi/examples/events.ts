import { ada, type Examples, ids, profileNamed } from './people.ts';

const order = {
  properties: { order_id: 'order-1', items: [{ sku: 'T-1', quantity: 2 }], coupon: null },
  time: '2026-05-01T10:00:00Z',
  value: 39.8,
  value_currency: 'EUR',
  unique_id: 'order-1',
  metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
};
const view = {
  properties: { sku: 'T-1', url: 'https://shop.example/t-1' },
  unique_id: 'view-83a1',
  metric: { data: { type: 'metric', attributes: { name: 'Viewed Product' } } },
};
const group = (attributes: object) => ({
  type: 'event-bulk-create',
  attributes: { profile: profileNamed(attributes), events: { data: [order, view].map(event) } },
});
const event = (attributes: object) => ({ type: 'event', attributes });

const customMetric = {
  name: 'Large orders',
  definition: {
    aggregation_method: 'value',
    metric_groups: [
      {
        metric_id: ids.metric,
        metric_filters: [
          { property: '$value', filter: { type: 'numeric', operator: 'greater-than-or-equal', value: 100 } },
        ],
        value_property: '$value',
      },
    ],
  },
};

export const eventExamples: Examples = {
  createCustomMetric: { data: { type: 'custom-metric', attributes: customMetric } },
  updateCustomMetric: {
    data: { type: 'custom-metric', id: ids.customMetric, attributes: { name: 'Orders of 100 or more' } },
  },
  updateMappedMetric: {
    data: {
      type: 'mapped-metric',
      id: 'revenue',
      relationships: { metric: { data: { type: 'metric', id: ids.metric } } },
    },
  },
  createEvent: { data: event({ ...order, profile: profileNamed(ada) }) },
  createClientEvent: { data: event({ ...view, profile: profileNamed({ anonymous_id: 'b0a7-41d2' }) }) },
  bulkCreateEvents: {
    data: {
      type: 'event-bulk-create-job',
      attributes: { 'events-bulk-create': { data: [group(ada), group({ email: 'grace@example.com' })] } },
    },
  },
  bulkCreateClientEvents: { data: group({ email: ada.email }) },
  queryMetricAggregates: {
    data: {
      type: 'metric-aggregate',
      attributes: {
        metric_id: ids.metric,
        measurements: ['count', 'sum_value', 'unique'],
        interval: 'day',
        by: ['$value_currency'],
        filter: ['greater-or-equal(datetime,2026-05-01T00:00:00)', 'less-than(datetime,2026-06-01T00:00:00)'],
        timezone: 'Europe/Berlin',
      },
    },
  },
};
