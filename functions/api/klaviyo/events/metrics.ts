import { integrationOf } from '../../../domains/events/records/metric.ts';
import { integrationPk, METRICS, metrics, metricsPk } from '../../../domains/events/records/store.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { listPage } from '../../../platform/table/pages.ts';
import { route } from '../protocol.ts';
import { FlowView } from '../unbuilt.ts';
import { findMetric } from './lookup.ts';
import { MetricView, metricView } from './view.ts';

/** There are no flows yet: included, they are none. */
const withFlows = { fields: { metric: MetricView, flow: FlowView }, include: ['flow-triggers'] } as const;

export const getMetrics = route({
  method: 'GET',
  path: '/api/metrics',
  summary: 'List metrics',
  description:
    'A metric is created by its first event. `integration.name` is `API`, or the service that the event names; ' +
    '`integration.category` is `API` or `Custom`. With a filter, a new metric appears a moment later.',
  scope: 'metrics:read',
  status: 200,
  reading: {
    filters: {
      'integration.name': { operators: ['equals'] },
      'integration.category': { operators: ['equals'] },
    },
    ...withFlows,
    page: { default: 200, max: 200 },
  },
  result: collectionSchema('metric', MetricView),

  async handle({ selection: { filters, fields, include, page } }, { account, table, origin, url }) {
    // A name is of one category: of both, it is the narrower one. What contradicts it is dropped below.
    const narrow = filters.find(({ field }) => field === 'integration.name') ?? filters[0];
    const value = String(narrow?.values[0]);
    const isByName = narrow?.field === 'integration.name';
    const { items, ...cursors } = await listPage(table, {
      ...page,
      descending: false,
      ...(narrow
        ? {
            index: isByName ? 'gsi1' : 'gsi2',
            partitions: [integrationPk(account, isByName ? 'name' : 'category', value)],
          }
        : { partitions: [metricsPk(account)], prefix: METRICS }),
    });
    const whole = narrow
      ? await table.getItems(items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })))
      : items;
    const found = whole
      .flatMap((item) => (item ? [metrics.fromItem(item)] : []))
      .filter(({ service }) => {
        const { name, category } = integrationOf(service);
        return filters.every(
          ({ field, values: [asked] }) => asked === (field === 'integration.name' ? name : category),
        );
      });
    const views = found.map((metric) => metricView(metric, { origin }, fields));
    return collectionDocument(
      { ...cursors, items: views },
      { origin, url, account },
      include.length > 0 ? [] : undefined,
    );
  },
});

export const getMetric = route({
  method: 'GET',
  path: '/api/metrics/{id}',
  summary: 'Get a metric',
  scope: 'metrics:read',
  status: 200,
  reading: withFlows,
  result: documentSchema('metric', MetricView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const metric = metricView(await findMetric(params.id, context), context, selection.fields);
    return resourceDocument(metric, selection.include.length > 0 ? [] : undefined);
  },
});
