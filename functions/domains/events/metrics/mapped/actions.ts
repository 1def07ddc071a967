import { ApiError } from '../../../../platform/errors.ts';
import { check, put, update, type Write } from '../../../../platform/table/write.ts';
import type { Context } from '../../../accounts/context.ts';
import { metrics } from '../../records/store.ts';
import { customMetrics } from '../custom/records/store.ts';
import { type MappedMetric, mappedMetricIds, mappedMetrics } from './store.ts';

type Deps = Pick<Context, 'account' | 'accountSettings' | 'table'>;

/** All meanings, also those without a metric. */
export const readMappedMetrics = async ({ account, accountSettings, table }: Deps): Promise<MappedMetric[]> => {
  const stored = await table.getMany(
    mappedMetrics,
    mappedMetricIds.map((id) => ({ account, id })),
  );
  return mappedMetricIds.map((id, i) => stored[i] ?? { account, id, updated: accountSettings.createdAt });
};

/** @throws ApiError `not_found` */
export const getMappedMetric = async (id: string, { account, accountSettings, table }: Deps): Promise<MappedMetric> => {
  const known = mappedMetricIds.find((one) => one === id);
  if (!known)
    throw new ApiError('not_found', {
      detail: `There is no mapped metric ${id.slice(0, 64)}, only ${mappedMetricIds.join(', ')}.`,
    });
  return (
    (await table.get(mappedMetrics, { account, id: known })) ?? {
      account,
      id: known,
      updated: accountSettings.createdAt,
    }
  );
};

/** What a mapping names: null unsets it, an absent member keeps it unless the other one is set. */
export interface MappingChange {
  readonly metricId: string | null | undefined;
  readonly customMetricId: string | null | undefined;
}

const RELATIONSHIPS_AT = '/data/relationships';

/** Maps a meaning to a metric or to a custom metric, in place of the one before. */
export const changeMappedMetric = async (
  id: string,
  { metricId, customMetricId }: MappingChange,
  context: Deps & Pick<Context, 'now'>,
): Promise<MappedMetric> => {
  const { account, table } = context;
  const existing = await getMappedMetric(id, context);
  if (metricId && customMetricId)
    throw new ApiError('invalid', {
      detail: 'Name a metric or a custom metric, and null for the other one.',
      source: { pointer: `${RELATIONSHIPS_AT}/custom-metric/data` },
    });
  const keepsMetric = metricId === undefined && !customMetricId;
  const keepsCustom = customMetricId === undefined && !metricId;
  const [metric, custom] = [
    keepsMetric ? existing.metricId : (metricId ?? undefined),
    keepsCustom ? existing.customMetricId : (customMetricId ?? undefined),
  ];
  const value: MappedMetric = {
    account,
    id: existing.id,
    updated: context.now().toISOString(),
    ...(metric !== undefined && { metricId: metric }),
    ...(custom !== undefined && { customMetricId: custom }),
  };
  const result = await table.transact([
    put(mappedMetrics, value),
    ...(metricId ? [check(metrics, { account, id: metricId }, 'present')] : []),
    ...(customMetricId ? [check(customMetrics, { account, id: customMetricId }, 'present')] : []),
  ]);
  if (result.done) return value;
  const [name, of] = metricId ? ['metric', metricId] : ['custom-metric', customMetricId];
  throw new ApiError('not_found', {
    detail: `There is no ${name.replace('-', ' ')} ${String(of).slice(0, 64)}.`,
    source: { pointer: `${RELATIONSHIPS_AT}/${name}/data/id` },
  });
};

/** Ends the mappings to a custom metric that is about to be deleted. */
export const unsetWrites = async (
  customMetricId: string,
  { account, table, now }: Pick<Context, 'account' | 'table' | 'now'>,
): Promise<Write[]> => {
  const stored = await table.getMany(
    mappedMetrics,
    mappedMetricIds.map((id) => ({ account, id })),
  );
  return stored.flatMap((one) =>
    one?.customMetricId === customMetricId
      ? [
          update(mappedMetrics, one, {
            set: { updated: now().toISOString() },
            remove: ['customMetricId'],
            condition: { attribute: 'customMetricId', is: '=', value: customMetricId },
          }),
        ]
      : [],
  );
};
