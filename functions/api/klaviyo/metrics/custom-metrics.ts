import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import {
  changeCustomMetric,
  createCustomMetric,
  GROUPS_AT,
  getCustomMetric,
  removeCustomMetric,
  unknownMetrics,
} from '../../../domains/events/metrics/custom/actions.ts';
import {
  CustomMetricName,
  MAX_GROUPS,
  MetricDefinition,
} from '../../../domains/events/metrics/custom/records/definition.ts';
import {
  type CustomMetric,
  customMetricStore,
  MAX_CUSTOM_METRICS,
} from '../../../domains/events/metrics/custom/records/store.ts';
import type { Metric } from '../../../domains/events/records/metric.ts';
import type { Problem } from '../../../platform/errors.ts';
import { isPossibleId } from '../../../platform/http/resource/id.ts';
import { inMemoryListing } from '../../../platform/http/resource/listing.ts';
import { fromView } from '../../../platform/http/resource/relationship.ts';
import { valueAt } from '../../../platform/http/resource/unknown-ids.ts';
import { defineResource, toMany } from '../resource.ts';
import { customMetricView } from '../views/custom-metric.ts';
import { metricView } from '../views/metric.ts';
import { findMetrics, METRIC } from './related-metrics.ts';

const metricIdsOf = ({ definition }: CustomMetric): string[] => [
  ...new Set(definition.metric_groups.map(({ metric_id: id }) => id)),
];

const metricsOf = async (
  customMetrics: readonly CustomMetric[],
  context: Context,
): Promise<ReadonlyMap<string, readonly Metric[]>> => {
  const found = await findMetrics(customMetrics.flatMap(metricIdsOf), context);
  return new Map(customMetrics.map((one) => [one.id, metricIdsOf(one).flatMap((id) => found.get(id) ?? [])]));
};

/** Unknown metrics of a body that is refused anyway. */
const findProblems = async (document: unknown, context: Context): Promise<readonly Problem[]> => {
  const groups = valueAt(document, ['data', 'attributes', 'definition', 'metric_groups']);
  if (!Array.isArray(groups)) return [];
  const named = groups.slice(0, MAX_GROUPS).flatMap((group: unknown, i) => {
    const id = valueAt(group, ['metric_id']);
    const isPossible = typeof id === 'string' && id !== '' && id.isWellFormed() && isPossibleId(id);
    return isPossible ? [{ id, pointer: `${GROUPS_AT}/${i}/metric_id` }] : [];
  });
  return unknownMetrics(named, context);
};

export const routes = defineResource({
  view: customMetricView,
  noun: { one: 'custom metric', many: 'custom metrics' },
  scope: 'metrics',
  isAdministrative: true,
  getOne: getCustomMetric,

  list: {
    operation: 'getCustomMetrics',
    page: { default: MAX_CUSTOM_METRICS, max: MAX_CUSTOM_METRICS },
    ...inMemoryListing<CustomMetric, Context>({
      all: customMetricStore.all,
      fields: { created: { getValue: ({ created }) => created, value: 'time', sort: true } },
      sort: 'created',
    }),
  },

  get: { operation: 'getCustomMetric' },

  create: {
    operation: 'createCustomMetric',
    description:
      'The events of all groups are added. With `value`, `value_property` is summed, by default `$value`. ' +
      '`POST /api/metric-aggregates` accepts its id as `metric_id`.',
    attributes: v.object({ name: CustomMetricName, definition: MetricDefinition }),
    findProblems,
    run: ({ attributes }, context) => createCustomMetric(attributes, context),
  },

  update: {
    operation: 'updateCustomMetric',
    description: 'Absent attributes keep their values; `definition` is replaced as a whole.',
    attributes: v.object({ name: v.nullish(CustomMetricName), definition: v.nullish(MetricDefinition) }),
    findProblems,
    run: (id, { attributes: { name, definition } }, context) =>
      changeCustomMetric(id, { ...(name && { name }), ...(definition && { definition }) }, context),
  },

  delete: {
    operation: 'deleteCustomMetric',
    description: 'Mappings to it end.',
    run: removeCustomMetric,
  },

  relationships: {
    metrics: toMany({
      ...fromView(metricView),
      noun: METRIC,
      read: async (one: CustomMetric, _, context) => ({ items: (await metricsOf([one], context)).get(one.id) ?? [] }),
      include: metricsOf,
      related: { operation: 'getMetricsForCustomMetric' },
      ids: { operation: 'getMetricIdsForCustomMetric' },
    }),
  },
});
