import type { Context } from '../context.ts';
import { ApiError, type Problem } from '../errors.ts';
import { inParallel } from '../parallel.ts';
import { profileIdFor } from '../profiles/actions.ts';
import type { ProfileInput } from '../profiles/profile.ts';
import { findProfile } from '../profiles/resolve.ts';

interface Named {
  readonly person: ProfileInput;
  readonly personKey: string;
  /** Where in the body the profile stands. */
  readonly profilePointer: string;
}

const PARALLEL = 32;

/** Profiles named by an id that there isn't. For many events only: a single one is told so when it is resolved. */
export const missingProfiles = async (named: readonly Named[], context: Context): Promise<Problem[]> => {
  if (named.length === 1) return [];
  const ids = [...new Set(named.flatMap(({ person }) => person.id ?? []))];
  const missing = await inParallel(ids, PARALLEL, async (id) => {
    try {
      await findProfile(id, context);
      return [];
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
      return [id];
    }
  });
  const gone = new Set(missing.flat());
  const places = new Map(
    named.flatMap(({ person, profilePointer }) =>
      person.id !== undefined && gone.has(person.id) ? [[profilePointer, person.id] as const] : [],
    ),
  );
  return [...places].map(([pointer, id]) => ({
    detail: `There is no profile ${id}.`,
    source: { pointer: `${pointer}/id` },
  }));
};

/**
 * The profile of each: one that says the same of the same person is resolved once, several that differ one after the
 * other, so that what is said last holds; different persons at the same time.
 */
export const resolvePersons = async (named: readonly Named[], context: Context): Promise<string[]> => {
  const ids = new Map<string, string>();
  const contents = named.map(({ person, personKey }) => (named.length === 1 ? personKey : JSON.stringify(person)));
  const byPerson = Map.groupBy(
    [...new Map(named.map((one, index) => [contents[index] ?? '', one]))],
    ([, { personKey }]) => personKey,
  );
  await inParallel([...byPerson.values()], PARALLEL, async (sayings) => {
    for (const [content, one] of sayings) ids.set(content, await profileOf(one, context));
  });
  return contents.map((content) => ids.get(content) ?? '');
};

const profileOf = async ({ person, profilePointer }: Named, context: Context): Promise<string> => {
  const caller = context.caller.kind === 'public' ? 'public' : 'trusted';
  try {
    return await profileIdFor(person, { onConflict: 'keep', caller }, context);
  } catch (error) {
    if (!(error instanceof ApiError) || error.problems.every(({ source }) => !source?.pointer)) throw error;
    // Profiles point into their own requests.
    throw new ApiError(
      error.code,
      error.problems.map(({ source, ...problem }) => ({
        ...problem,
        source: { pointer: `${profilePointer}${(source?.pointer ?? '').replace('/data', '')}` },
      })),
      error.headers,
    );
  }
};
