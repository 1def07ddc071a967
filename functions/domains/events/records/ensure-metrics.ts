import { contentionError } from '../../../platform/retry.ts';
import type { Table } from '../../../platform/table/table.ts';
import { create, update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { type Metric, metricIdOf } from './metric.ts';
import { metricCounts, metrics } from './store.ts';

/**
 * The maximum number of metrics per account. Names are free text, so that a mistake, such as an order number in the
 * name, could create millions. Public endpoints have a lower limit, so that strangers cannot use up the account's
 * metrics.
 */
export const metricCaps = { trusted: 5_000, public: 1_000 } as const;

export type MetricName = Pick<Metric, 'name' | 'service'>;

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** The metrics that this process has seen, by table. They are never deleted, so that known ones need no request. */
const seen = new WeakMap<Table, Set<string>>();
const MAX_SEEN = 20_000;
const CHUNK = 50;
const TRIES = 10;

/** Creates missing metrics. Returns those that exceed the limit. */
export const ensureMetrics = async (
  requested: readonly MetricName[],
  { account, table, now }: Deps,
  cap: number = metricCaps.trusted,
): Promise<MetricName[]> => {
  const known = seen.get(table) ?? new Set();
  seen.set(table, known);
  const label = (id: string): string => `${account} ${id}`;
  const remember = (ids: readonly string[]): void => {
    if (known.size + ids.length > MAX_SEEN) known.clear();
    for (const id of ids) known.add(label(id));
  };

  const byId = new Map(requested.map((metric) => [metricIdOf(metric), metric]));
  let unknown = [...byId.keys()].filter((id) => !known.has(label(id)));
  for (let attempt = 1; unknown.length > 0; attempt++) {
    const found = await readStoredIds(unknown, { account, table });
    remember(found);
    unknown = unknown.filter((id) => !found.includes(id));
    const chunk = unknown.slice(0, CHUNK);
    const outcome = await createMetrics(
      chunk.flatMap((id) => {
        const metric = byId.get(id);
        return metric ? [{ account, id, ...metric, createdAt: now().toISOString() }] : [];
      }),
      { account, table },
      cap,
    );
    if (outcome === 'full') return unknown.flatMap((id) => byId.get(id) ?? []);
    if (outcome === 'made') remember(chunk);
    if (outcome === 'made') unknown = unknown.slice(CHUNK);
    else if (attempt > TRIES + requested.length / CHUNK) throw contentionError('the metrics of this account');
  }
  return [];
};

const readStoredIds = async (ids: readonly string[], { account, table }: Pick<Deps, 'account' | 'table'>) => {
  const [only] = ids;
  const found =
    only !== undefined && ids.length === 1
      ? [await table.get(metrics, { account, id: only })]
      : await table.getMany(
          metrics,
          ids.map((id) => ({ account, id })),
        );
  return found.flatMap((metric) => (metric ? [metric.id] : []));
};

/** Creates all or none. Returns `raced` if another writer has created one in the meantime. */
const createMetrics = async (
  made: readonly Metric[],
  { account, table }: Pick<Deps, 'account' | 'table'>,
  cap: number,
): Promise<'made' | 'full' | 'raced'> => {
  if (made.length === 0) return 'made';
  const counted = update(
    metricCounts,
    { account },
    {
      upsert: true,
      set: { account },
      add: { count: made.length },
      condition: {
        any: [
          { attribute: 'count', is: 'missing' },
          { attribute: 'count', is: '<=', value: cap - made.length },
        ],
      },
    },
  );
  const written = await table.transact([counted, ...made.map((metric) => create(metrics, metric))]);
  if (written.done) return 'made';
  const [count, ...others] = written.failures;
  return count && others.every((failure) => failure === undefined) ? 'full' : 'raced';
};

export const metricLimitMessage = ({ name }: MetricName, cap: number = metricCaps.trusted): string =>
  `'${name.slice(0, 60)}' would be a new metric, but the account has reached the limit of ${cap} metrics${cap === metricCaps.public ? ' for public callers' : ''}. Put values that differ between events into their properties.`;
