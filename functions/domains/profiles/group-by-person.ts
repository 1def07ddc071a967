import { identifierKinds } from '../../model/identity.ts';
import type { ProfileInput } from './records/profile.ts';
import { type Deps, type IdentifierOwner, readIdentifierOwnersOfMany, readProfilesById } from './records/resolve.ts';

type PersonReference = Pick<ProfileInput, 'identifiers'> & { readonly id?: string | null | undefined };

/**
 * Groups calls by person, and keeps their order within a group. Calls are of one person if they share an identifier or
 * name identifiers of one profile, directly or through other calls. Reads one batch per 100 identifiers.
 */
export const groupByPerson = async <T>(
  items: readonly T[],
  referenceOf: (item: T) => PersonReference,
  context: Deps,
): Promise<T[][]> => (await groupWithOwners(items, referenceOf, context)).groups;

/** Like `groupByPerson`, and also returns the identifier owners that it read. */
export const groupWithOwners = async <T>(
  items: readonly T[],
  referenceOf: (item: T) => PersonReference,
  context: Deps,
) => {
  const references = items.map(referenceOf);
  const owners = await readIdentifierOwnersOfMany(
    references.map(({ identifiers }) => identifiers),
    context,
  );
  const currentIds = await readCurrentIds(
    references.flatMap(({ id }) => id ?? []),
    context,
  );
  const ownersByItem = new Map(items.map((item, i) => [item, owners[i] ?? []]));
  const keysByItem = new Map(items.map((item, i) => [item, groupingKeys(references[i], owners[i], currentIds)]));
  return { groups: groupBySharedKey(items, (item) => keysByItem.get(item) ?? []), namedOf: ownersByItem };
};

/** The current ids of profiles: a merged profile has the id of its destination. */
const readCurrentIds = async (ids: readonly string[], context: Deps): Promise<ReadonlyMap<string, string>> => {
  if (ids.length === 0) return new Map();
  const profileById = await readProfilesById([...new Set(ids)], context);
  return new Map([...profileById].map(([id, profile]) => [id, profile.id]));
};

const groupingKeys = (
  reference: PersonReference | undefined,
  owners: readonly IdentifierOwner[] = [],
  currentIds: ReadonlyMap<string, string> = new Map(),
): string[] => {
  const keys: string[] = [];
  if (reference?.id) keys.push(`id ${currentIds.get(reference.id) ?? reference.id}`);
  for (const { owner } of owners) if (owner) keys.push(`id ${owner}`);
  for (const kind of identifierKinds)
    if (reference?.identifiers[kind]) keys.push(`${kind} ${reference.identifiers[kind]}`);
  return keys;
};

/**
 * Puts items that share a key into one group, directly or through other items (union-find). Each group keeps the given
 * order.
 */
const groupBySharedKey = <T>(items: readonly T[], keysOf: (item: T) => readonly string[]): T[][] => {
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
