import { inParallel } from '../../platform/parallel.ts';
import type { Context } from '../accounts/context.ts';
import type { ArchivedEvent } from '../events/records/archived-event.ts';
import { filterStoredIds } from '../events/timeline.ts';
import { dayOfKey } from './keys.ts';
import { listArchiveKeys, readObject } from './read.ts';

type Deps = Pick<Context, 'account' | 'table' | 'archive'>;

/** Objects are some megabytes each. */
const PARALLEL = 8;

interface Query {
  readonly profileIds: ReadonlySet<string>;
  /** The first day that can have events of them. */
  readonly from: string | undefined;
  /** The key of the last object that was read before. */
  readonly behind: string | undefined;
}

/**
 * Reads the archived events of some profiles that the table no longer has, each once, object by object. No index shows
 * which objects have events of a profile, so that all objects from a day on are read. After a kill, the objects of the
 * current day are read again, since copies of an event are in the same day.
 */
export async function* readArchivedEvents(
  { profileIds, from, behind }: Query,
  context: Deps,
): AsyncGenerator<{ readonly events: readonly ArchivedEvent[]; readonly last: string }> {
  const files = context.archive();
  const since = behind === undefined ? from : dayOfKey(behind);
  let day = '';
  let seen = new Set<string>();
  for await (const keys of inChunks(listArchiveKeys(context.account, { from: since }, files), PARALLEL)) {
    const matches = await inParallel(keys, PARALLEL, async (key) =>
      (await readObject(key, files)).filter(({ profile_id }) => profileIds.has(profile_id)),
    );
    for (const [i, key] of keys.entries()) {
      if (dayOfKey(key) !== day) {
        day = dayOfKey(key);
        seen = new Set();
      }
      const fresh = [...new Map((matches[i] ?? []).map((event) => [event.id, event])).values()].filter(
        ({ id }) => !seen.has(id),
      );
      for (const { id } of fresh) seen.add(id);
      if (behind !== undefined && key <= behind) continue;
      const ids = fresh.map(({ id }) => id);
      const stored = ids.length === 0 ? new Set() : await filterStoredIds(ids, context);
      yield { events: fresh.filter(({ id }) => !stored.has(id)), last: key };
    }
  }
}

async function* inChunks<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
