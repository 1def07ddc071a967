import type { Context } from '../../../domains/accounts/context.ts';
import type { Metric } from '../../../domains/events/records/metric.ts';
import { metrics } from '../../../domains/events/records/store.ts';

/** Finds metrics by their ids. */
export const findMetrics = async (
  ids: readonly string[],
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<ReadonlyMap<string, Metric>> => {
  const unique = [...new Set(ids)];
  const found = await table.getMany(
    metrics,
    unique.map((id) => ({ account, id })),
  );
  return new Map(found.flatMap((metric) => (metric ? [[metric.id, metric] as const] : [])));
};

export const METRIC = { one: 'metric', many: 'metrics' } as const;
