import { inParallel } from '../../platform/parallel.ts';
import type { Context } from '../accounts/context.ts';
import type { ArchivedEvent } from '../events/records/archived-event.ts';
import { storedAmong } from '../events/timeline.ts';
import { dayIn } from './keys.ts';
import { archivedKeys, eventsIn } from './read.ts';

type Deps = Pick<Context, 'account' | 'table' | 'archive'>;

/** Objects are some megabytes each. */
const AT_ONCE = 8;

interface Asked {
  readonly profileIds: ReadonlySet<string>;
  /** The day before which there is nothing of them. */
  readonly from: string | undefined;
  /** The key up to which this was answered before. */
  readonly behind: string | undefined;
}

/**
 * The archived events of some profiles that the table has no longer, each once, object by object. Nothing tells which
 * objects hold somebody's events, so that all are read from a day on, once; where it goes on after a kill, the objects
 * of that day once more, since copies of one event lie in the same day.
 */
export async function* archivedOf(
  { profileIds, from, behind }: Asked,
  context: Deps,
): AsyncGenerator<{ readonly events: readonly ArchivedEvent[]; readonly last: string }> {
  const files = context.archive();
  const since = behind === undefined ? from : dayIn(behind);
  let day = '';
  let seen = new Set<string>();
  for await (const keys of inGroups(archivedKeys(context.account, { from: since }, files), AT_ONCE)) {
    const found = await inParallel(keys, AT_ONCE, async (key) =>
      (await eventsIn(key, files)).filter(({ profile_id }) => profileIds.has(profile_id)),
    );
    for (const [i, key] of keys.entries()) {
      if (dayIn(key) !== day) {
        day = dayIn(key);
        seen = new Set();
      }
      const fresh = [...new Map((found[i] ?? []).map((event) => [event.id, event])).values()].filter(
        ({ id }) => !seen.has(id),
      );
      for (const { id } of fresh) seen.add(id);
      if (behind !== undefined && key <= behind) continue;
      const ids = fresh.map(({ id }) => id);
      const stored = ids.length === 0 ? new Set() : await storedAmong(ids, context);
      yield { events: fresh.filter(({ id }) => !stored.has(id)), last: key };
    }
  }
}

async function* inGroups<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let some: T[] = [];
  for await (const item of items) {
    some.push(item);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
