import type { Context } from '../../accounts/context.ts';
import { MAX_ID_LENGTH, type Profile } from '../../profiles/records/profile.ts';
import { getProfile, profileNotFoundError, readStoredProfiles } from '../../profiles/records/resolve.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** A chain of merges may change while it is read. Such a change takes milliseconds. */
const MAX_READS = 3;

/**
 * Reads the profile as it was at a given time. If it had been merged by then, returns the destination; later merges are
 * ignored.
 */
export const findProfileAt = async (id: string, at: Date, context: Deps): Promise<Profile> => {
  for (let reading = 1; reading <= MAX_READS; reading++) {
    const profile = await attemptRead(id, at.toISOString(), context);
    if (profile) return profile;
  }
  throw profileNotFoundError(id);
};

/** Returns undefined if the chain has no end, since its links were read at different moments. */
const attemptRead = async (id: string, time: string, context: Deps): Promise<Profile | undefined> => {
  // Visits each profile once, even if they form a cycle.
  const visited = new Set<string>();
  for (let next = id; ; ) {
    const [profile] = next.length > MAX_ID_LENGTH || visited.has(next) ? [] : await readStoredProfiles([next], context);
    if (!profile) return undefined;
    visited.add(next);
    const mergedAt = profile.mergedInto === undefined ? undefined : await findMergeTime(next, context);
    if (profile.mergedInto === undefined || mergedAt === undefined || mergedAt > time)
      return { ...profile, sources: (profile.sources ?? []).filter((source) => source.at <= time) };
    next = profile.mergedInto;
  }
};

/** When a profile was merged into its current destination. */
const findMergeTime = async (id: string, context: Deps): Promise<string | undefined> => {
  const { sources = [] } = await getProfile(id, context);
  return sources.find((source) => source.id === id)?.at;
};
