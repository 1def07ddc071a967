import type { Services } from '../../platform/resources/services.ts';
import type { Event } from '../events/records/event.ts';
import { readStoredProfiles } from '../profiles/records/resolve.ts';

const MINUTE_MS = 60_000;
/** An erasure makes its last pass after 25 hours. Changes that arrive within half of that time are removed by it. */
const LATE_MINUTES = 12 * 60;

/**
 * Drops late events of people who have been erased since. A change can be delayed for days, until after the last pass
 * of an erasure. Only erasures remove profiles, so that a missing profile identifies these events.
 */
export const dropErased = async (
  events: readonly { readonly event: Event; readonly at: string }[],
  { table, now, settings }: Pick<Services, 'table' | 'now' | 'settings'>,
): Promise<Event[]> => {
  const lateMs = (settings.erasureSettleMinutes ? settings.erasureSettleMinutes / 2 : LATE_MINUTES) * MINUTE_MS;
  const isLate = ({ at }: { readonly at: string }): boolean => now().getTime() - Date.parse(at) > lateMs;
  const lateEvents = Map.groupBy(
    events.filter(isLate).map(({ event }) => event),
    ({ account }) => account,
  );
  const existing = new Set<string>();
  for (const [account, own] of lateEvents) {
    const ids = [...new Set(own.map(({ profileId }) => profileId))];
    for (const { id } of await readStoredProfiles(ids, { account, table })) existing.add(`${account} ${id}`);
  }
  return events
    .filter((one) => !isLate(one) || existing.has(`${one.event.account} ${one.event.profileId}`))
    .map(({ event }) => event);
};
