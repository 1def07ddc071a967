import type { Files } from '../storage/files.ts';
import { pack } from './object.ts';
import { eventsIn } from './read.ts';

/**
 * Writes an object of the archive anew without the events of these profiles, and answers how many those were. It is read
 * once, and touched only where it holds one; what is left lies under its old key, since readers know no other.
 */
export const eraseFrom = async (key: string, profileIds: ReadonlySet<string>, files: Files): Promise<number> => {
  const events = await eventsIn(key, files);
  const kept = events.filter(({ profile_id }) => !profileIds.has(profile_id));
  if (kept.length === events.length) return 0;
  if (kept.length === 0) await files.remove(key);
  else await files.write(key, await pack(kept), 'application/gzip');
  return events.length - kept.length;
};
