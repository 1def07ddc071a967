import { ApiError } from '../../../../platform/errors.ts';
import { listPage } from '../../../../platform/table/listing/pages.ts';
import type { Context } from '../../../accounts/context.ts';
import type { Event } from '../../records/event.ts';
import { hashOf } from '../../records/event-id.ts';
import type { Metric } from '../../records/metric.ts';
import { events, metricPartitions, metrics } from '../../records/store.ts';
import { propertyOf } from '../report/dimensions.ts';
import { isKeptName, joinTypes, samplesIn, typeOf } from './infer.ts';
import { metricProperties, type PropertyType } from './store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** A property of the events of a metric. */
export interface MetricProperty {
  readonly id: string;
  readonly metric: Metric;
  readonly name: string;
  readonly type: PropertyType;
  /** Values of the newest events, if they were requested. */
  readonly samples?: readonly (string | number | boolean)[];
}

/** How many of the newest events are read. */
const NEWEST = 40;
const MAX_SAMPLES = 10;
const METRIC_ID_LENGTH = 16;

const idOf = (metricId: string, name: string): string => `${metricId}${hashOf('metric property', name)}`;

/**
 * The properties of a metric by name. Values are read from the newest events, and stored nowhere else. As long as
 * nothing is kept yet of a new metric, its newest events also tell names and types.
 */
export const readProperties = async (
  metric: Metric,
  { withSamples }: { readonly withSamples: boolean },
  context: Deps,
): Promise<MetricProperty[]> => {
  const { account, table } = context;
  const stored = await table.get(metricProperties, { account, metricId: metric.id });
  const newest = withSamples || !stored ? await readNewest(metric.id, context) : [];
  const types = stored?.types ?? typesOf(newest);
  return Object.entries(types)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, type]) => ({
      id: idOf(metric.id, name),
      metric,
      name,
      type,
      ...(withSamples && { samples: samplesOf(newest, name) }),
    }));
};

/** @throws ApiError `not_found` */
export const getProperty = async (
  id: string,
  options: { readonly withSamples: boolean },
  context: Deps,
): Promise<MetricProperty> => {
  const { account, table } = context;
  const metric = await table.get(metrics, { account, id: id.slice(0, METRIC_ID_LENGTH) });
  const all = metric ? await readProperties(metric, options, context) : [];
  const property = all.find((one) => one.id === id);
  if (!property) throw new ApiError('not_found', { detail: `There is no metric property ${id.slice(0, 64)}.` });
  return property;
};

const readNewest = async (metricId: string, { account, table }: Deps): Promise<Event[]> => {
  const partitions = metricPartitions(account, metricId);
  const { items } = await listPage(table, { index: 'gsi1', partitions, size: NEWEST, descending: true });
  const found = await table.getItems(items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
  return found.flatMap((item) => (item ? [events.fromItem(item)] : []));
};

const typesOf = (newest: readonly Event[]): Readonly<Record<string, PropertyType>> => {
  const types = new Map<string, PropertyType>();
  for (const event of newest)
    for (const name of [...Object.keys(event.properties), '$value', '$value_currency']) {
      const type = typeOf(propertyOf(event, name));
      if (type !== undefined && isKeptName(name)) types.set(name, joinTypes(types.get(name), type));
    }
  return Object.fromEntries(types);
};

const samplesOf = (newest: readonly Event[], name: string): NonNullable<MetricProperty['samples']> =>
  [...new Set(newest.flatMap((event) => samplesIn(name, propertyOf(event, name))))].slice(0, MAX_SAMPLES);
