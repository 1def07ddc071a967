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

export const isEventChange = ({ key }: Pick<Change, 'key'>): boolean => key.sk.startsWith(EVENTS);

export const parseEvent = (item: Item): Event => events.fromItem(item);

const MAX_CACHED = 20_000;
interface MetricCache {
  /** By account and id. The name of a metric never changes. */
  readonly known: Map<string, Metric>;
  /** The reads that run now: many deliveries can need the same metric at once. */
  readonly reads: Map<string, Promise<void>>;
}

const metricCaches = new WeakMap<Table, MetricCache>();

/** Reads the metrics of events of any accounts, by `<account> <id>`. Each process reads a metric once. */
export const readMetrics = async (
  of: readonly Pick<Event, 'account' | 'metricId'>[],
  table: Table,
): Promise<ReadonlyMap<string, Metric>> => {
  const cache = metricCaches.get(table) ?? { known: new Map(), reads: new Map() };
  metricCaches.set(table, cache);
  const { known, reads } = cache;
  if (known.size > MAX_CACHED) known.clear();
  const lookups = new Map(of.map(({ account, metricId }) => [`${account} ${metricId}`, { account, id: metricId }]));
  const missing = [...lookups].filter(([label]) => !known.has(label));
  const unread = missing.filter(([label]) => !reads.has(label));
  if (unread.length > 0) {
    const read = storeMetrics(new Map(unread).values(), known, table).finally(() => {
      for (const [label] of unread) reads.delete(label);
    });
    for (const [label] of unread) reads.set(label, read);
  }
  await Promise.all(missing.map(([label]) => reads.get(label)));
  return known;
};

const storeMetrics = async (
  ids: Iterable<Pick<Metric, 'account' | 'id'>>,
  known: Map<string, Metric>,
  table: Table,
): Promise<void> => {
  for (const metric of await table.getMany(metrics, [...ids]))
    if (metric) known.set(`${metric.account} ${metric.id}`, metric);
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

/** A page of stored events, as changes that add them, and where to read on. */
export interface StoredPage {
  readonly changes: readonly (Pick<Change, 'key' | 'at'> & { readonly after: Item })[];
  readonly place: string;
}

/** After all keys of a partition. */
const END = '~';
const SMALL_PAGE = 250;

/** Reads all stored events of an account after a place, by metric and partition. Pages can be empty. */
export async function* readEventPages(
  account: string,
  place: string | undefined,
  table: Table,
): AsyncGenerator<StoredPage> {
  const [lastMetric, lastPk, lastKey] = place?.split(' ') ?? [];
  const all = await table.queryOf(metrics, { pk: metricsPk(account), prefix: METRICS, limit: metricCaps.trusted });
  for (const { id } of all) {
    if (lastMetric !== undefined && id < lastMetric) continue;
    for (const pk of metricPartitions(account, id)) {
      if (id === lastMetric && lastPk !== undefined && pk < lastPk) continue;
      let after = id === lastMetric && pk === lastPk ? lastKey : undefined;
      while (after !== END) {
        const keys = await table.query({ index: 'gsi1', pk, limit: SMALL_PAGE, ...(after !== undefined && { after }) });
        const found = await table.getItems(keys.map((key) => ({ pk: String(key.pk), sk: String(key.sk) })));
        after = keys.length < SMALL_PAGE ? END : String(keys.at(-1)?.gsi1sk);
        const changes = found.flatMap((item) =>
          item ? [{ key: { pk: String(item.pk), sk: String(item.sk) }, at: '', after: item }] : [],
        );
        yield { changes, place: [id, pk, after].join(' ') };
      }
    }
  }
}
