import { ApiError, type Problem } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Services } from '../../platform/resources/services.ts';
import type { Context } from '../accounts/context.ts';
import { isErasedError } from '../erased/actions.ts';
import { readKnownPersons, resolvePerson } from '../profiles/actions.ts';
import type { ProfileInput } from '../profiles/records/profile.ts';
import { partAt, partPointers } from '../profiles/records/profile-parts.ts';
import { getProfile, type Person } from '../profiles/records/resolve.ts';
import { kindsByStrength } from '../profiles/records/strength.ts';
import type { EventDraft } from './draft.ts';

interface PersonalDraft extends Pick<EventDraft, 'person' | 'pointers'> {
  readonly personKey: string;
}

type Deps = Services & Pick<Context, 'account' | 'accountSettings' | 'caller'>;

/** A draft, and all that it says of its person as one text. */
type DraftByContent = readonly [content: string, draft: PersonalDraft];

const PARALLEL = 32;

/** The strongest identifier of a person, with its kind; empty where there is none. */
export const personKeyOf = (
  { id, kx, identifiers }: ProfileInput,
  { accountSettings }: Pick<Context, 'accountSettings'>,
): string => {
  if (id !== undefined) return `id ${id}`;
  const kind = kindsByStrength(accountSettings).find((one) => identifiers[one]);
  if (kind === undefined && kx) return `kx ${kx}`;
  return kind === undefined ? '' : `${kind} ${identifiers[kind]}`;
};

/** Ids of profiles that do not exist. Reads only for several events: the profile of a single one is read later anyway. */
export const missingProfileProblems = async (drafts: readonly PersonalDraft[], context: Deps): Promise<Problem[]> => {
  if (drafts.length === 1) return [];
  const ids = [...new Set(drafts.flatMap(({ person }) => person.id ?? []))];
  const missing = await inParallel(ids, PARALLEL, async (id) => {
    try {
      await getProfile(id, context);
      return [];
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
      return [id];
    }
  });
  const missingIds = new Set(missing.flat());
  const idsByPointer = new Map(
    drafts.flatMap(({ person: { id }, pointers }) =>
      id !== undefined && missingIds.has(id) ? [[pointers.person('id'), id] as const] : [],
    ),
  );
  return [...idsByPointer].map(([pointer, id]) => ({ detail: `There is no profile ${id}.`, source: { pointer } }));
};

/**
 * Finds or creates the profile of each draft; `erased` where the person was erased and has not come back. Drafts that
 * say the same of a person are resolved once. Drafts that differ are resolved in their order, so that the last one
 * holds. Different people are resolved in parallel.
 */
export const resolvePersons = async (
  drafts: readonly PersonalDraft[],
  context: Deps,
): Promise<(Person | 'erased' | undefined)[]> => {
  const contents = drafts.map(({ person, personKey }) => (drafts.length === 1 ? personKey : JSON.stringify(person)));
  const byContent = [...new Map(drafts.map((draft, index) => [contents[index] ?? '', draft]))];
  const groups = [...Map.groupBy(byContent, ([, { personKey }]) => personKey).values()];
  const known = groups.length > 1 ? await readUnchangedPersons(groups, context) : new Map<string, Person>();
  const persons = new Map<string, Person | 'erased'>();
  await inParallel(groups, PARALLEL, async (group) => {
    for (const [content, draft] of group)
      persons.set(content, known.get(content) ?? (await resolveDraftPerson(draft, context)));
  });
  return contents.map((content) => persons.get(content));
};

/** People whose one draft says nothing new, by its content: one read for a hundred identifiers. */
const readUnchangedPersons = async (
  groups: readonly (readonly DraftByContent[])[],
  context: Deps,
): Promise<Map<string, Person>> => {
  const single = groups.flatMap(([first, ...others]) => (first && others.length === 0 ? [first] : []));
  const persons = await readKnownPersons(
    single.map(([, { person }]) => person),
    context,
  );
  return new Map(
    single.flatMap(([content], i) => {
      const person = persons[i];
      return person === undefined ? [] : [[content, person] as const];
    }),
  );
};

const resolveDraftPerson = async ({ person, pointers }: PersonalDraft, context: Deps): Promise<Person | 'erased'> => {
  const caller = context.caller.kind === 'public' ? 'public' : 'trusted';
  try {
    return await resolvePerson(person, { onConflict: 'keep', caller, sendsDecoys: caller === 'public' }, context);
  } catch (error) {
    if (isErasedError(error)) return 'erased';
    if (!(error instanceof ApiError) || error.code === 'unavailable') throw error;
    // A problem without a pointer is about an id that does not exist.
    const problems = error.problems.map(({ source, ...problem }) => ({
      ...problem,
      source: { pointer: pointers.person(partAt(source?.pointer ?? partPointers.id)) },
    }));
    throw new ApiError(error.code, problems, error.headers);
  }
};
