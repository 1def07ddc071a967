import { spellingsOf } from '../../model/email.ts';
import type { Alias } from '../../model/identity.ts';
import { update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { DEFAULT_SERVICE, metricIdOf } from './records/metric.ts';
import { metrics } from './records/store.ts';

const NAMELESS = 'Named after somebody who was erased';

/** A file of events that is named after a person calls its metric so. The events of others stay under its id. */
export const forgetMetricNames = async (
  identifiers: readonly Alias[],
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<void> => {
  const names = new Set(identifiers.flatMap(({ kind, value }) => spellingsOf(kind, value)));
  const found = await table.getMany(
    metrics,
    [...names].map((name) => ({ account, id: metricIdOf({ service: DEFAULT_SERVICE, name }) })),
  );
  for (const metric of found)
    if (metric && names.has(metric.name)) await table.write(update(metrics, metric, { set: { name: NAMELESS } }));
};
