import type { Context } from '../../../domains/accounts/context.ts';
import { eventIdOf } from '../../../domains/events/records/event-id.ts';
import { EVENTS, events, timelinePk, timeSortKey } from '../../../domains/events/records/store.ts';
import type { Place } from '../../../domains/receipts/jobs/results.ts';
import type { Outcome } from '../../../domains/receipts/outcome.ts';
import { timeProblem } from '../../../model/time.ts';
import { readOwners } from '../events/lookup.ts';
import type { Found } from './found.ts';

/** Finds an event, with its current profile. */
export const findEvent = async (place: Place, outcome: Outcome, context: Context): Promise<Found> => {
  const pk = timelinePk(context.account, place.profileId);
  const [event] = await context.table.queryOf(events, { pk, prefix: EVENTS + timeSortKey(place), limit: 1 });
  if (!event) return { outcome: isExpired(place, context) ? 'expired' : 'erased' };
  const ownerOf = await readOwners([event], context);
  return { outcome, eventId: eventIdOf(event), profileId: ownerOf(event.profileId) };
};

const isExpired = ({ time }: Place, { now, settings }: Context): boolean =>
  timeProblem(new Date(time), { now: now(), retentionDays: settings.eventRetentionDays }) !== undefined;
