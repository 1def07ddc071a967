import { ApiError, type Problem } from '../../../../platform/errors.ts';
import { contentionError } from '../../../../platform/retry.ts';
import { create, remove, update } from '../../../../platform/table/write.ts';
import type { Context } from '../../../accounts/context.ts';
import { metrics } from '../../records/store.ts';
import { unsetWrites } from '../mapped/actions.ts';
import type { MetricDefinition } from './records/definition.ts';
import {
  type CustomMetric,
  customMetricCounts,
  customMetricNames,
  customMetricStore,
  customMetrics,
  MAX_CUSTOM_METRICS,
} from './records/store.ts';

type Deps = Pick<Context, 'account' | 'table'>;
type WriteDeps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;
type Fields = Pick<CustomMetric, 'name' | 'definition'>;

export const getCustomMetric = customMetricStore.get;

/** @throws ApiError `invalid` if the name is taken, a metric is unknown, or the account has the maximum number */
export const createCustomMetric = async (fields: Fields, context: WriteDeps): Promise<CustomMetric> => {
  await requireMetrics(fields.definition, context);
  const { account, table } = context;
  const at = context.now().toISOString();
  const value = { account, id: context.newId(), ...fields, created: at, updated: at };
  const isBelowMax = {
    any: [
      { attribute: 'count', is: 'missing' },
      { attribute: 'count', is: '<', value: MAX_CUSTOM_METRICS },
    ],
  } as const;
  const result = await table.transact([
    update(
      customMetricCounts,
      { account },
      { upsert: true, set: { account }, add: { count: 1 }, condition: isBelowMax },
    ),
    create(customMetricNames, { account, name: value.name, id: value.id }),
    create(customMetrics, value),
  ]);
  if (result.done) return value;
  if (result.failures[1]) throw nameTakenError(value.name);
  throw new ApiError('invalid', {
    detail: `The account has ${MAX_CUSTOM_METRICS} custom metrics, the maximum. Delete those that are not needed.`,
  });
};

/** Changes the given fields. A definition is replaced as a whole. */
export const changeCustomMetric = async (
  id: string,
  { name, definition }: Partial<Fields>,
  context: WriteDeps,
): Promise<CustomMetric> => {
  const existing = await getCustomMetric(id, context);
  if (definition) await requireMetrics(definition, context);
  if (name === undefined || name === existing.name)
    return customMetricStore.update(id, { ...(definition && { definition }) }, context);
  const { account, table } = context;
  const set = { name, updated: context.now().toISOString(), ...(definition && { definition }) };
  const result = await table.transact([
    update(customMetrics, existing, { set, condition: { attribute: 'name', is: '=', value: existing.name } }),
    create(customMetricNames, { account, name, id }),
    remove(customMetricNames, { account, name: existing.name }),
  ]);
  if (result.done) return { ...existing, ...set };
  if (result.failures[1]) throw nameTakenError(name);
  throw contentionError('this custom metric');
};

/** Also ends the mappings to it. */
export const removeCustomMetric = async (id: string, context: WriteDeps): Promise<void> => {
  const { account, table } = context;
  const existing = await getCustomMetric(id, context);
  const result = await table.transact([
    remove(customMetrics, { account, id }, { attribute: 'name', is: '=', value: existing.name }),
    remove(customMetricNames, { account, name: existing.name }),
    update(customMetricCounts, { account }, { add: { count: -1 } }),
    ...(await unsetWrites(id, context)),
  ]);
  if (!result.done) throw contentionError('this custom metric');
};

/** The metrics of a definition that do not exist, as problems at their places. */
export const unknownMetrics = async (
  groups: readonly { readonly id: string; readonly pointer: string }[],
  { account, table }: Deps,
): Promise<Problem[]> => {
  const found = await table.getMany(
    metrics,
    groups.map(({ id }) => ({ account, id })),
  );
  return groups.flatMap(({ id, pointer }, i) =>
    found[i] ? [] : [{ detail: `There is no metric ${id.slice(0, 64)}.`, source: { pointer } }],
  );
};

export const GROUPS_AT = '/data/attributes/definition/metric_groups';

const requireMetrics = async ({ metric_groups: groups }: MetricDefinition, context: Deps): Promise<void> => {
  const named = groups.map(({ metric_id: id }, i) => ({ id, pointer: `${GROUPS_AT}/${i}/metric_id` }));
  const problems = await unknownMetrics(named, context);
  if (problems.length > 0) throw new ApiError('invalid', problems);
};

const nameTakenError = (name: string): ApiError =>
  new ApiError('invalid', {
    detail: `There is a custom metric '${name}' already. Choose another name.`,
    source: { pointer: '/data/attributes/name' },
  });
