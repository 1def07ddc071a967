import type { Context } from '../accounts/context.ts';
import type { Event } from './records/event.ts';
import { parseEventId } from './records/event-id.ts';
import { EVENTS, events, timelinePk } from './records/store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** An event may have 350 KB. */
const PAGE = 250;

/** Reads the stored timeline of one profile after a position, oldest first. */
export async function* readTimeline(
  profileId: string,
  behind: string | undefined,
  { account, table }: Deps,
): AsyncGenerator<{ readonly events: readonly Event[]; readonly last: string }> {
  let after = behind;
  for (;;) {
    const range = { pk: timelinePk(account, profileId), prefix: EVENTS, limit: PAGE };
    const items = await table.query({ ...range, ...(after !== undefined && { after }) });
    const last = items.at(-1)?.sk;
    if (last === undefined) return;
    after = String(last);
    yield { events: items.map(events.fromItem), last: after };
    if (items.length < PAGE) return;
  }
}

/** Returns the ids of the events that the table has. */
export const filterStoredIds = async (
  ids: readonly string[],
  { account, table }: Deps,
): Promise<ReadonlySet<string>> => {
  const places = ids.flatMap((id) => {
    const place = parseEventId(id);
    return place ? [{ id, key: events.key({ account, ...place }) }] : [];
  });
  const found = await table.getItems(places.map(({ key }) => key));
  return new Set(places.flatMap(({ id }, i) => (found[i] ? [id] : [])));
};
