/** A profile; a merged one names its destination. */
interface Link {
  readonly id: string;
  readonly mergedInto?: string | undefined;
}

type End<T> =
  | { readonly kind: 'end'; readonly at: T }
  /** The chain leads to a profile that does not exist, as while somebody is being erased. */
  | { readonly kind: 'gone' }
  /** The chain has a cycle: its links were read at different moments. */
  | { readonly kind: 'circle'; readonly ids: readonly string[] };

/**
 * Follows a chain of merges to its end. Every walk over merges uses this function: it visits each link once, so it
 * always ends.
 */
export const endOfChain = <T extends Link>(id: string, find: (id: string) => T | undefined): End<T> => {
  const visited = new Set<string>();
  for (let next = id; ; ) {
    if (visited.has(next)) return { kind: 'circle', ids: findCycle([...visited], next) };
    visited.add(next);
    const link = find(next);
    if (!link) return { kind: 'gone' };
    if (link.mergedInto === undefined) return { kind: 'end', at: link };
    next = link.mergedInto;
  }
};

/** Drops the links that lead into the cycle. */
const findCycle = (visited: readonly string[], start: string): string[] => visited.slice(visited.indexOf(start));

/** A chain may change while it is read. Such a change takes milliseconds, so a few reads suffice. */
const MAX_READS = 3;
/** Account settings limit the sources of a profile, and so the length of a chain. */
const MAX_LINKS = 64;

type ReadLinks<T> = (ids: readonly string[]) => Promise<readonly T[]>;

/**
 * The profile at the end of each id's chain, by that id. Skips missing ids, and chains that have no end in several
 * reads. `links` have just been read.
 */
export const followMerges = async <T extends Link>(
  ids: readonly string[],
  read: ReadLinks<T>,
  links: readonly T[] = [],
): Promise<ReadonlyMap<string, T>> => {
  const ends = new Map<string, T>();
  let open = [...new Set(ids)];
  for (let reading = 1; reading <= MAX_READS && open.length > 0; reading++) {
    const linkById = await readChains(open, read, reading === 1 ? links : []);
    open = open.filter((id) => {
      const end = endOfChain(id, (one) => linkById.get(one));
      if (end.kind === 'end') ends.set(id, end.at);
      return end.kind !== 'end' && linkById.has(id);
    });
  }
  return ends;
};

/** Reads each link once, in at most `MAX_LINKS` rounds. */
const readChains = async <T extends Link>(
  ids: readonly string[],
  read: ReadLinks<T>,
  links: readonly T[],
): Promise<ReadonlyMap<string, T>> => {
  const linkById = new Map(links.map((link) => [link.id, link]));
  const requested = new Set(linkById.keys());
  const nextIds = (): string[] => [...linkById.values()].flatMap(({ mergedInto }) => mergedInto ?? []);
  for (let round = 0; round < MAX_LINKS; round++) {
    const missing = [...new Set([...ids, ...nextIds()])].filter((id) => !requested.has(id));
    if (missing.length === 0) break;
    for (const id of missing) requested.add(id);
    for (const link of await read(missing)) linkById.set(link.id, link);
  }
  return linkById;
};
