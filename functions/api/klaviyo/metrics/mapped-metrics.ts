import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { customMetricStore } from '../../../domains/events/metrics/custom/records/store.ts';
import {
  changeMappedMetric,
  getMappedMetric,
  readMappedMetrics,
} from '../../../domains/events/metrics/mapped/actions.ts';
import { type MappedMetric, mappedMetricIds } from '../../../domains/events/metrics/mapped/store.ts';
import { inMemoryListing } from '../../../platform/http/resource/listing.ts';
import { fromView } from '../../../platform/http/resource/relationship.ts';
import { documentSchema, resourceDocument } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { defineResource, recordByKey, toOne } from '../resource.ts';
import { customMetricView, mappedMetricView } from '../views/custom-metric.ts';
import { metricView } from '../views/metric.ts';
import { findMetrics, METRIC } from './related-metrics.ts';

const TYPE = 'mapped-metric';

/** The related resources of mappings, by the ids of the mappings. */
const relatedBy =
  <One>(
    idOf: (mapped: MappedMetric) => string | undefined,
    find: (ids: readonly string[], context: Context) => Promise<ReadonlyMap<string, One>>,
  ) =>
  async (mapped: readonly MappedMetric[], context: Context): Promise<ReadonlyMap<string, One>> => {
    const found = await find(
      mapped.flatMap((one) => idOf(one) ?? []),
      context,
    );
    return new Map(
      mapped.flatMap((one) => {
        const related = found.get(idOf(one) ?? '');
        return related ? [[one.id, related] as const] : [];
      }),
    );
  };

const linkageTo = <const Type extends string>(type: Type) =>
  v.nullish(
    v.object({
      data: v.nullish(
        v.object({
          type: v.literal(type),
          id: v.pipe(v.string(), v.regex(/^[0-9A-Za-z_-]{1,64}$/, `Not the id of a ${type.replace('-', ' ')}.`)),
        }),
      ),
    }),
  );

interface Linkage {
  readonly data?: { readonly id: string } | null | undefined;
}

/** Null unsets a mapping, an absent member keeps it. */
const idIn = (linkage: Linkage | null | undefined): string | null | undefined =>
  linkage?.data === null ? null : linkage?.data?.id;

export const routes = defineResource({
  view: mappedMetricView,
  noun: { one: 'mapped metric', many: 'mapped metrics' },
  scope: 'metrics',
  getOne: getMappedMetric,

  list: {
    operation: 'getMappedMetrics',
    description: `Always ${mappedMetricIds.length}: ${mappedMetricIds.join(', ')}. Those that were never mapped have neither a metric nor a custom metric.`,
    page: { default: mappedMetricIds.length, max: 100 },
    ...inMemoryListing<MappedMetric, Context>({
      all: readMappedMetrics,
      fields: { id: { getValue: ({ id }) => id, sort: true } },
      sort: 'id',
    }),
  },

  get: { operation: 'getMappedMetric' },

  relationships: {
    metric: toOne({
      ...fromView(metricView),
      noun: METRIC,
      read: relatedBy(({ metricId }) => metricId, findMetrics),
      isIncludable: true,
      related: { operation: 'getMetricForMappedMetric' },
      ids: { operation: 'getMetricIdForMappedMetric' },
    }),
    'custom-metric': toOne({
      ...fromView(customMetricView),
      noun: { one: 'custom metric', many: 'custom metrics' },
      read: relatedBy(({ customMetricId }) => customMetricId, customMetricStore.findMany),
      isIncludable: true,
      related: { operation: 'getCustomMetricForMappedMetric' },
      ids: { operation: 'getCustomMetricIdForMappedMetric' },
    }),
  },
});

const Body = v.object({
  data: v.object({
    type: v.literal(TYPE),
    id: v.nullish(v.string()),
    attributes: v.nullish(v.object({})),
    relationships: v.nullish(v.object({ metric: linkageTo('metric'), 'custom-metric': linkageTo('custom-metric') })),
  }),
});

const stateOf = ({ metricId, customMetricId }: MappedMetric) => ({
  metric: metricId ?? null,
  'custom-metric': customMetricId ?? null,
});

export const updateMappedMetric = route({
  method: 'PATCH',
  path: `${mappedMetricView.path}/{id}`,
  summary: 'Update a mapped metric',
  description:
    'Names a metric or a custom metric, in place of the one before. `data: null` unsets the mapping. ' +
    '`POST /api/metric-aggregates` accepts the id of a mapping, such as `revenue`, as `metric_id`.',
  scope: 'metrics:write',
  status: 200,
  reading: { fields: { [TYPE]: mappedMetricView.schema } },
  body: Body,
  result: documentSchema(TYPE, mappedMetricView.schema),
  errors: ['not_found'],

  async handle({ params: { id }, body, selection }, context) {
    const { relationships: of } = body.data;
    const change = { metricId: idIn(of?.metric), customMetricId: idIn(of?.['custom-metric']) };
    const changed = await recordByKey(
      {
        action: 'update',
        type: TYPE,
        id,
        before: stateOf(await getMappedMetric(id, context)),
        run: () => changeMappedMetric(id, change, context),
        after: (mapped) => ({ id: mapped.id, values: stateOf(mapped) }),
      },
      context,
    );
    return resourceDocument(mappedMetricView.show(changed, context, selection.fields));
  },
});
