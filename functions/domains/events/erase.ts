import { spellingsOf } from '../../model/email.ts';
import type { Alias } from '../../model/identity.ts';
import { update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { DEFAULT_SERVICE, metricIdOf } from './records/metric.ts';
import { metrics } from './records/store.ts';

const NAMELESS = 'Named after an erased person';

/**
 * An import names its metric after its file, which may be named after a person. The metric loses this name but keeps
 * its id, since it has events of other people.
 */
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
