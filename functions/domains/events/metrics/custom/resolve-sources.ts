import type { Context } from '../../../accounts/context.ts';
import { metrics } from '../../records/store.ts';
import { mappedMetricIds, mappedMetrics } from '../mapped/store.ts';
import { DEFAULT_VALUE, type Source } from '../report/report.ts';
import { customMetrics } from './records/store.ts';
import { sourcesOf } from './sources.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/**
 * The events that a report of a metric counts. The id may also be that of a custom metric, or a meaning such as
 * `revenue`. Undefined if there is no such metric, or none is mapped.
 */
export const resolveSources = async (id: string, context: Deps): Promise<readonly Source[] | undefined> => {
  const { account, table } = context;
  const meaning = mappedMetricIds.find((one) => one === id);
  if (meaning) {
    const mapped = await table.get(mappedMetrics, { account, id: meaning });
    const target = mapped?.metricId ?? mapped?.customMetricId;
    return target === undefined ? undefined : resolveMetric(target, context);
  }
  return resolveMetric(id, context);
};

const resolveMetric = async (id: string, { account, table }: Deps): Promise<readonly Source[] | undefined> => {
  const metric = await table.get(metrics, { account, id });
  if (metric) return [{ metricId: metric.id, conditions: [], valueProperty: DEFAULT_VALUE }];
  const custom = await table.get(customMetrics, { account, id });
  return custom && sourcesOf(custom.definition);
};
