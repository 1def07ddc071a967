import type { Deps, NewEvent } from './actions.ts';
import { type Draft, draftOf } from './prepare.ts';
import { events, guards } from './records/store.ts';

/**
 * An event that was stored before two profiles were merged stands under the one that is a source now, and comes again
 * under the other. Each event is assigned to the profile that has it already, if any has: there it is recognized as any
 * other that is sent again. Costs a read for each source, and nothing where nobody was merged.
 */
export const assignToExistingOwner = async (
  given: readonly NewEvent[],
  now: Date,
  context: Deps,
): Promise<readonly Draft[]> => {
  const receivedAt = now.toISOString();
  const candidates = given.flatMap((said, index) =>
    (said.sources ?? []).map((profileId) => ({ index, draft: draftOf({ ...said, profileId }, receivedAt, context) })),
  );
  const found =
    candidates.length === 0 ? [] : await context.table.getItems(candidates.map(({ draft }) => keyOf(draft)));
  const owned = new Map(candidates.flatMap(({ index, draft }, i) => (found[i] ? [[index, draft] as const] : [])));
  return given.map((said, index) => owned.get(index) ?? draftOf(said, receivedAt, context));
};

/** Where an event shows that it is stored: its guard, or itself. */
const keyOf = ({ said, event }: Draft) => (said.uniqueId === undefined ? events.key(event) : guards.key(event));
