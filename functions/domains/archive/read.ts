import { buffer } from 'node:stream/consumers';
import { type Files, listKeys } from '../../platform/storage/files.ts';
import type { ArchivedEvent } from '../events/records/archived-event.ts';
import { accountPrefix, type Days, dayOfKey, dayPrefix } from './keys.ts';
import { unpack } from './object.ts';

/** Lists the keys of an account's objects, by day. */
export async function* listArchiveKeys(account: string, { from, to }: Days, files: Files): AsyncGenerator<string> {
  const behind = from === undefined ? undefined : dayPrefix(account, from);
  for await (const key of listKeys(accountPrefix(account), files, behind)) {
    if (to !== undefined && dayOfKey(key) > to) return;
    yield key;
  }
}

/** Reads the events of an object, with duplicates. An object has a few megabytes. */
export const readObject = async (key: string, files: Files): Promise<ArchivedEvent[]> =>
  unpack(await buffer(await files.read(key, { start: 0 })));

/** Reads each event of an account once, by the day of receipt. Copies of an event are in the same day. */
export async function* readArchive(account: string, days: Days, files: Files): AsyncGenerator<ArchivedEvent> {
  let day = '';
  let seen = new Set<string>();
  for await (const key of listArchiveKeys(account, days, files)) {
    if (dayOfKey(key) !== day) {
      day = dayOfKey(key);
      seen = new Set();
    }
    for (const event of await readObject(key, files)) {
      if (seen.has(event.id)) continue;
      seen.add(event.id);
      yield event;
    }
  }
}
