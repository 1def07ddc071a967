import { listPage } from '../../platform/table/listing/pages.ts';
import type { Context } from '../accounts/context.ts';
import { parseEvent, readMetrics } from '../events/records/read-events.ts';
import { EVENTS, timelinePk } from '../events/records/store.ts';
import { idsOf } from '../profiles/records/profile.ts';
import { getProfile } from '../profiles/records/resolve.ts';
import { ORDERED_PRODUCT, PLACED_ORDER, productIds, VIEWED_PRODUCT } from './rankings/product-events.ts';

/** How many of a person's newest events an answer examines. */
const MAX_EVENTS = 200;

const VIEWED: ReadonlySet<string> = new Set([VIEWED_PRODUCT]);
const BOUGHT: ReadonlySet<string> = new Set([PLACED_ORDER, ORDERED_PRODUCT]);

/** External ids of items. */
export interface PersonProducts {
  /** The last one first. */
  readonly viewed: readonly string[];
  readonly bought: ReadonlySet<string>;
}

/** What a person viewed and bought, by their own events. @throws ApiError `not_found` */
export const readPersonProducts = async (
  profileId: string,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<PersonProducts> => {
  const profile = await getProfile(profileId, { account, table });
  // The events of profiles that were merged into this one belong to the same person.
  const partitions = idsOf(profile).map((id) => timelinePk(account, id));
  const { items } = await listPage(table, { partitions, prefix: EVENTS, descending: true, size: MAX_EVENTS });
  const events = items.map(parseEvent);
  const metrics = await readMetrics(events, table);
  const idsIn = (names: ReadonlySet<string>): readonly string[] =>
    events.flatMap(({ metricId, properties }) =>
      names.has(metrics.get(`${account} ${metricId}`)?.name ?? '') ? productIds(properties) : [],
    );
  return { viewed: [...new Set(idsIn(VIEWED))], bought: new Set(idsIn(BOUGHT)) };
};
