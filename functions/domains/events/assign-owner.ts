import type { NewEvent, Reach } from './actions.ts';
import { events, guards } from './records/store.ts';
import { eventOf } from './unique-ids.ts';

/**
 * An event that was stored before two profiles were merged stands under the one that is a source now, and comes again
 * under the other. Each event is told to be of the profile that has it already, if any has: there it is recognised as
 * any other that is sent again. Costs a read for each source, and nothing where nobody was merged.
 */
export const atHome = async (given: readonly NewEvent[], now: Date, context: Reach): Promise<readonly NewEvent[]> => {
  const asked = given.flatMap((said, index) =>
    (said.sources ?? []).map((profileId) => {
      const event = eventOf({ ...said, profileId }, now.toISOString(), context);
      return { index, profileId, key: said.uniqueId === undefined ? events.key(event) : guards.key(event) };
    }),
  );
  if (asked.length === 0) return given;
  const found = await context.table.getItems(asked.map(({ key }) => key));
  const homes = new Map(asked.flatMap(({ index, profileId }, i) => (found[i] ? [[index, profileId] as const] : [])));
  return given.map((said, index) => ({ ...said, profileId: homes.get(index) ?? said.profileId }));
};
