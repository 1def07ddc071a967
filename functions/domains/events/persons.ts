import { ApiError, type Problem } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Context } from '../accounts/context.ts';
import { isAboutErased } from '../erased/actions.ts';
import { knownPersons as knownAlready, personFor } from '../profiles/actions.ts';
import type { ProfileInput } from '../profiles/records/profile.ts';
import { findProfile, type Person } from '../profiles/records/resolve.ts';

interface Named {
  readonly person: ProfileInput;
  readonly personKey: string;
  /** Where in the body the profile stands. */
  readonly profilePointer: string;
}

/** The identifiers and attributes in an event, and the person they name. */
type Saying = readonly [content: string, one: Named];

const PARALLEL = 32;

/** Profiles named by an id that there isn't. For many events only: a single one is told so when it is resolved. */
export const missingProfileProblems = async (named: readonly Named[], context: Context): Promise<Problem[]> => {
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
 * other, so that what is said last holds; different persons at the same time. `erased` where somebody had an identifier
 * who was erased and has not come back.
 */
export const resolvePersons = async (
  named: readonly Named[],
  context: Context,
): Promise<(Person | 'erased' | undefined)[]> => {
  const ids = new Map<string, Person | 'erased'>();
  const contents = named.map(({ person, personKey }) => (named.length === 1 ? personKey : JSON.stringify(person)));
  const byPerson = Map.groupBy(
    [...new Map(named.map((one, index) => [contents[index] ?? '', one]))],
    ([, { personKey }]) => personKey,
  );
  const groups = [...byPerson.values()];
  const known = groups.length > 1 ? await knownPersons(groups, context) : new Map<string, Person>();
  await inParallel(groups, PARALLEL, async (sayings) => {
    for (const [content, one] of sayings) ids.set(content, known.get(content) ?? (await profileOf(one, context)));
  });
  return contents.map((content) => ids.get(content));
};

/** By what is said of them, those of whom one thing is said, and nothing new: a read for a hundred. */
const knownPersons = async (groups: readonly (readonly Saying[])[], context: Context): Promise<Map<string, Person>> => {
  const simple = groups.flatMap(([saying, ...more]) => (saying && more.length === 0 ? [saying] : []));
  const found = await knownAlready(
    simple.map(([, { person }]) => person),
    context,
  );
  return new Map(
    simple.flatMap(([content], i) => {
      const person = found[i];
      return person === undefined ? [] : [[content, person] as const];
    }),
  );
};

const profileOf = async ({ person, profilePointer }: Named, context: Context): Promise<Person | 'erased'> => {
  const caller = context.caller.kind === 'public' ? 'public' : 'trusted';
  try {
    return await personFor(person, { onConflict: 'keep', caller, hidesWho: caller === 'public' }, context);
  } catch (error) {
    if (isAboutErased(error)) return 'erased';
    if (!(error instanceof ApiError) || error.code === 'unavailable') throw error;
    // Profiles point into their own requests, and not at all where there is none with the id.
    const within = (pointer = '/data/id') => `${profilePointer}${pointer.replace('/data', '')}`;
    throw new ApiError(
      error.code,
      error.problems.map(({ source, ...problem }) => ({ ...problem, source: { pointer: within(source?.pointer) } })),
      error.headers,
    );
  }
};
