import type { Context } from '../../../domains/accounts/context.ts';
import { integrationOf, type Metric } from '../../../domains/events/records/metric.ts';
import { integrationPk, METRICS, metrics, metricsPk } from '../../../domains/events/records/store.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { listPage, type Page } from '../../../platform/table/listing/pages.ts';
import { propertiesOfMetric } from '../metrics/metric-properties.ts';
import { defineResource } from '../resource.ts';
import { flowTriggers } from '../unsupported-resources.ts';
import { metricView } from '../views/metric.ts';
import { getMetric } from './lookup.ts';

/** Lists one page of metrics. With a filter, it reads from the index of integrations. */
const listMetrics = async (
  { filters, page }: Selection,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Page<Metric>> => {
  // A name belongs to one category, so that the filter by name is the narrower one. The other filters are applied
  // below.
  const narrowest = filters.find(({ field }) => field === 'integration.name') ?? filters[0];
  const isByName = narrowest?.field === 'integration.name';
  const { items, ...cursors } = await listPage(table, {
    ...page,
    descending: false,
    ...(narrowest
      ? {
          index: isByName ? 'gsi1' : 'gsi2',
          partitions: [integrationPk(account, isByName ? 'name' : 'category', String(narrowest.values[0]))],
        }
      : { partitions: [metricsPk(account)], prefix: METRICS }),
  });
  const completeItems = narrowest
    ? await table.getItems(items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })))
    : items;
  const matching = completeItems.flatMap((item) => (item ? [metrics.fromItem(item)] : []));
  return { ...cursors, items: matching.filter((metric) => filters.every((filter) => matchesFilter(metric, filter))) };
};

const matchesFilter = ({ service }: Metric, { field, values: [value] }: Selection['filters'][number]): boolean => {
  const { name, category } = integrationOf(service);
  return value === (field === 'integration.name' ? name : category);
};

export const routes = defineResource({
  view: metricView,
  noun: { one: 'metric', many: 'metrics' },
  scope: 'metrics',
  getOne: (id, context) => getMetric(id, context),

  list: {
    operation: 'getMetrics',
    description:
      'A metric is created by its first event. `integration.name` is `API`, or the service that the event names; ' +
      '`integration.category` is `API` or `Custom`. With a filter, a new metric appears a moment later.',
    filters: {
      'integration.name': { operators: ['equals'] },
      'integration.category': { operators: ['equals'] },
    },
    page: { default: 200, max: 200 },
    read: listMetrics,
  },

  get: { operation: 'getMetric' },

  relationships: {
    'flow-triggers': flowTriggers('Metric'),
    'metric-properties': propertiesOfMetric,
  },
});
