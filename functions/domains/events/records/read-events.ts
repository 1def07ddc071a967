import type { Change } from '../../../platform/changes/change.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Table } from '../../../platform/table/table.ts';
import { metricCaps } from './ensure-metrics.ts';
import type { Event } from './event.ts';
import type { Metric } from './metric.ts';
import { EVENTS, events, METRICS, metricPartitions, metrics, metricsPk } from './store.ts';

/** Whether a change is a new event. */
export const isEventInsert = ({ kind, key }: Pick<Change, 'kind' | 'key'>): boolean =>
  kind === 'inserted' && key.sk.startsWith(EVENTS);

export const parseEvent = (item: Item): Event => events.fromItem(item);

const MAX_CACHED = 20_000;
/** By table, then by account and id. The name of a metric never changes. */
const cachedMetrics = new WeakMap<Table, Map<string, Metric>>();

/** Reads the metrics of events of any accounts, by `<account> <id>`. Each process reads a metric once. */
export const readMetrics = async (
  of: readonly Pick<Event, 'account' | 'metricId'>[],
  table: Table,
): Promise<ReadonlyMap<string, Metric>> => {
  const cached = cachedMetrics.get(table) ?? new Map<string, Metric>();
  cachedMetrics.set(table, cached);
  if (cached.size > MAX_CACHED) cached.clear();
  const lookups = new Map(of.map(({ account, metricId }) => [`${account} ${metricId}`, { account, id: metricId }]));
  const found = await table.getMany(
    metrics,
    [...lookups].flatMap(([label, id]) => (cached.has(label) ? [] : [id])),
  );
  for (const metric of found) if (metric) cached.set(`${metric.account} ${metric.id}`, metric);
  return cached;
};

const PAGE = 1_000;

/** Reads all stored events of an account, or those since a time, metric by metric. */
export async function* readStoredEvents(
  account: string,
  { since }: { readonly since?: string | undefined },
  table: Table,
): AsyncGenerator<Event[]> {
  const all = await table.queryOf(metrics, { pk: metricsPk(account), prefix: METRICS, limit: metricCaps.trusted });
  for (const pk of all.flatMap(({ id }) => metricPartitions(account, id))) {
    let after = since;
    let keys: Item[];
    do {
      keys = await table.query({ index: 'gsi1', pk, limit: PAGE, ...(after !== undefined && { after }) });
      const items = await table.getItems(keys.map((key) => ({ pk: String(key.pk), sk: String(key.sk) })));
      yield items.flatMap((item) => (item ? [events.fromItem(item)] : []));
      after = keys.at(-1)?.gsi1sk?.toString();
    } while (keys.length === PAGE);
  }
}
