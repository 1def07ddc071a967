import type { Services } from '../../platform/resources/services.ts';
import type { Event } from '../events/records/event.ts';
import { readStoredProfiles } from '../profiles/records/resolve.ts';

const MINUTE_MS = 60_000;
/** An erased person is looked for once more after 25 hours: what comes within half of them is found then. */
const LATE_MINUTES = 12 * 60;

/**
 * Events without those of people who were erased since. A change that waited for days comes when nobody looks for the
 * erased any more; their profiles are gone, as nothing else takes one away: merged ones stay.
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
