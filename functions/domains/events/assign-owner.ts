import type { Deps, NewEvent } from './actions.ts';
import { type PreparedEvent, prepareEvent } from './prepare.ts';
import { events, guards } from './records/store.ts';

/**
 * Assigns each event to the profile that has it already. After a merge, an event that is sent again names the
 * destination, while the stored one stays with the source: there it is recognized as sent again. Costs one read for each
 * source, and nothing for people who were never merged.
 */
export const assignToExistingOwner = async (
  newEvents: readonly NewEvent[],
  now: Date,
  context: Deps,
): Promise<readonly PreparedEvent[]> => {
  const receivedAt = now.toISOString();
  const candidates = newEvents.flatMap((newEvent, index) =>
    (newEvent.sources ?? []).map((profileId) => ({
      index,
      prepared: prepareEvent({ ...newEvent, profileId }, receivedAt, context),
    })),
  );
  const items =
    candidates.length === 0 ? [] : await context.table.getItems(candidates.map(({ prepared }) => storedKey(prepared)));
  const stored = new Map(
    candidates.flatMap(({ index, prepared }, i) => (items[i] ? [[index, prepared] as const] : [])),
  );
  return newEvents.map((newEvent, index) => stored.get(index) ?? prepareEvent(newEvent, receivedAt, context));
};

/** The key of the item that shows that an event is stored: its guard, or the event itself. */
const storedKey = ({ newEvent, event }: PreparedEvent) =>
  newEvent.uniqueId === undefined ? events.key(event) : guards.key(event);
