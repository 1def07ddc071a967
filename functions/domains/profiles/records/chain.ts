/** What was merged into another one names that. */
interface Link {
  readonly id: string;
  readonly mergedInto?: string | undefined;
}

type End<T> =
  | { readonly kind: 'end'; readonly at: T }
  /** It leads to what is not there, as while somebody is erased. */
  | { readonly kind: 'gone' }
  /** It leads back to itself: its links were read at different moments, of which no two may have been true at once. */
  | { readonly kind: 'circle'; readonly ids: readonly string[] };

/**
 * Where a chain of merges ends. Every walk over merges goes by this function: it takes each link once, so that it ends
 * whatever was read.
 */
export const endOfChain = <T extends Link>(id: string, find: (id: string) => T | undefined): End<T> => {
  const passed = new Set<string>();
  for (let next = id; ; ) {
    if (passed.has(next)) return { kind: 'circle', ids: circleIn([...passed], next) };
    passed.add(next);
    const link = find(next);
    if (!link) return { kind: 'gone' };
    if (link.mergedInto === undefined) return { kind: 'end', at: link };
    next = link.mergedInto;
  }
};

/** Without the way that leads into it. */
const circleIn = (passed: readonly string[], start: string): string[] => passed.slice(passed.indexOf(start));

/** One reading of a chain that somebody changes meanwhile may be of several moments. Each is over in milliseconds. */
const READINGS = 3;
/** No profile has more sources than accounts can set, so no chain has more links. */
const MAX_LINKS = 64;

type Read<T> = (ids: readonly string[]) => Promise<readonly T[]>;

/**
 * What stands at the end of the chain of each id, by that id. Without those that are not there, and without those whose
 * chain ends nowhere in several readings, one after the other. `known` has just been read.
 */
export const followMerges = async <T extends Link>(
  ids: readonly string[],
  read: Read<T>,
  known: readonly T[] = [],
): Promise<ReadonlyMap<string, T>> => {
  const ends = new Map<string, T>();
  let open = [...new Set(ids)];
  for (let reading = 1; reading <= READINGS && open.length > 0; reading++) {
    const found = await readChains(open, read, reading === 1 ? known : []);
    open = open.filter((id) => {
      const end = endOfChain(id, (one) => found.get(one));
      if (end.kind === 'end') ends.set(id, end.at);
      return end.kind !== 'end' && found.has(id);
    });
  }
  return ends;
};

/** Each link once, and no more rounds of reading than a chain can have links. */
const readChains = async <T extends Link>(
  ids: readonly string[],
  read: Read<T>,
  known: readonly T[],
): Promise<ReadonlyMap<string, T>> => {
  const found = new Map(known.map((link) => [link.id, link]));
  const asked = new Set(found.keys());
  const linked = (): string[] => [...found.values()].flatMap(({ mergedInto }) => mergedInto ?? []);
  for (let round = 0; round < MAX_LINKS; round++) {
    const wanted = [...new Set([...ids, ...linked()])].filter((id) => !asked.has(id));
    if (wanted.length === 0) break;
    for (const id of wanted) asked.add(id);
    for (const link of await read(wanted)) found.set(link.id, link);
  }
  return found;
};
