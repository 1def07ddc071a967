import { identifierKinds } from '../../model/identity.ts';
import type { ProfileInput } from './records/profile.ts';
import { type Deps, type IdentifierOwner, identifierOwnersOfAll, profilesById } from './records/resolve.ts';

type Said = Pick<ProfileInput, 'identifiers'> & { readonly id?: string | null | undefined };

/**
 * Calls by the person that they are about, each person's in the given order: those that share an identifier or name
 * identifiers of one profile, directly or by way of others. One read for every hundred identifiers.
 */
export const byPerson = async <T>(items: readonly T[], saidIn: (item: T) => Said, context: Deps): Promise<T[][]> =>
  (await peopleIn(items, saidIn, context)).groups;

/** The same, with what was read of whom each names. */
export const peopleIn = async <T>(items: readonly T[], saidIn: (item: T) => Said, context: Deps) => {
  const said = items.map(saidIn);
  const named = await identifierOwnersOfAll(
    said.map(({ identifiers }) => identifiers),
    context,
  );
  const standing = await standingFor(
    said.flatMap(({ id }) => id ?? []),
    context,
  );
  const namedOf = new Map(items.map((item, i) => [item, named[i] ?? []]));
  const names = new Map(items.map((item, i) => [item, namesIn(said[i], named[i], standing)]));
  return { groups: groupsOf(items, (item) => names.get(item) ?? []), namedOf };
};

/** The ids of the profiles that these are now: one that was merged away is the profile it went into. */
const standingFor = async (ids: readonly string[], context: Deps): Promise<ReadonlyMap<string, string>> => {
  if (ids.length === 0) return new Map();
  const found = await profilesById([...new Set(ids)], context);
  return new Map([...found].map(([id, profile]) => [id, profile.id]));
};

const namesIn = (
  said: Said | undefined,
  named: readonly IdentifierOwner[] = [],
  standing: ReadonlyMap<string, string> = new Map(),
): string[] => {
  const names: string[] = [];
  if (said?.id) names.push(`id ${standing.get(said.id) ?? said.id}`);
  for (const { owner } of named) if (owner) names.push(`id ${owner}`);
  for (const kind of identifierKinds) if (said?.identifiers[kind]) names.push(`${kind} ${said.identifiers[kind]}`);
  return names;
};

/** Puts what shares any key into one group, also by way of others, each group in the given order. */
const groupsOf = <T>(items: readonly T[], keysOf: (item: T) => readonly string[]): T[][] => {
  const parent = items.map((_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? at] ?? at;
      at = parent[at] ?? at;
    }
    return at;
  };
  const first = new Map<string, number>();
  for (const [i, item] of items.entries()) {
    for (const key of keysOf(item)) {
      const other = first.get(key);
      if (other === undefined) first.set(key, i);
      else parent[root(i)] = root(other);
    }
  }
  const groups = new Map<number, T[]>();
  for (const [i, item] of items.entries()) {
    const group = groups.get(root(i));
    if (group) group.push(item);
    else groups.set(root(i), [item]);
  }
  return [...groups.values()];
};
