import type { Context } from '../../accounts/context.ts';
import { MAX_ID_LENGTH, type Profile } from '../../profiles/records/profile.ts';
import { findProfile, profileNotFoundError, readStoredProfiles } from '../../profiles/records/resolve.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** Readings of a chain of merges that somebody changes meanwhile: each is over in milliseconds. */
const READINGS = 3;

/**
 * Whom a question is about: the profile as it was at that moment. One that had been merged into another by then is that
 * one; those that were merged into it later say nothing of that moment.
 */
export const subjectAt = async (id: string, at: Date, context: Deps): Promise<Profile> => {
  for (let reading = 1; reading <= READINGS; reading++) {
    const found = await readSubject(id, at.toISOString(), context);
    if (found) return found;
  }
  throw profileNotFoundError(id);
};

/** Undefined where the chain, as it was read, ends nowhere: its links may be of different moments. */
const readSubject = async (id: string, time: string, context: Deps): Promise<Profile | undefined> => {
  // Each profile once, should they say of each other that they were merged.
  const passed = new Set<string>();
  for (let next = id; ; ) {
    const [asked] = next.length > MAX_ID_LENGTH || passed.has(next) ? [] : await readStoredProfiles([next], context);
    if (!asked) return undefined;
    passed.add(next);
    const joined = asked.mergedInto === undefined ? undefined : await joinedAt(next, context);
    if (asked.mergedInto === undefined || joined === undefined || joined > time)
      return { ...asked, sources: (asked.sources ?? []).filter((source) => source.at <= time) };
    next = asked.mergedInto;
  }
};

/** When a profile was merged into the person that it is of now. */
const joinedAt = async (id: string, context: Deps): Promise<string | undefined> => {
  const { sources = [] } = await findProfile(id, context);
  return sources.find((source) => source.id === id)?.at;
};
