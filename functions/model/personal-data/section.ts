import type { Services } from '../../platform/resources/services.ts';
import type { Item } from '../../platform/table/entity.ts';
import type { Held } from '../../domains/privacy/subjects/held.ts';

export type Reach = Pick<Services, 'table' | 'imports' | 'archive' | 'now'> & { readonly account: string };

export interface Page {
  readonly records: readonly Item[];
  /** Behind these: who reads on from here is told the rest, each once. */
  readonly place: string;
}

/** One kind of thing that is held on people, and a file of the same name in what they are handed. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** What it is, to somebody who knows nothing of us. */
  readonly about: string;
  /** Members of its records, in the order in which people read them. */
  readonly columns: readonly string[];
  /** There may be very many: its file has a line for each. @default false */
  readonly isLong?: boolean;
  read(held: Held, behind: string | undefined, context: Reach): AsyncIterable<Page>;
}

/** Of its records as JSON. */
export const fileNameOf = ({ name, isLong = false }: Pick<Section, 'name' | 'isLong'>): string =>
  `${name}.${isLong ? 'jsonl' : 'json'}`;

const WHOLE = 'all';

/** A section that is read in one go. */
export const wholly = (
  section: Omit<Section, 'read'>,
  recordsOf: (held: Held, context: Reach) => Promise<readonly Item[]>,
): Section => ({
  ...section,
  async *read(held, behind, context) {
    if (behind !== WHOLE) yield { records: await recordsOf(held, context), place: WHOLE };
  },
});

/** A place in one of several things that are read one after the other. */
export const placeIn = (thing: string, behind: string): string => `${thing} ${behind}`;

/** Those that are left, with where to go on in the first. */
export const leftOf = (
  things: readonly string[],
  place: string | undefined,
): { readonly thing: string; readonly behind: string | undefined }[] => {
  const [at = '', ...behind] = place?.split(' ') ?? [];
  const start = place === undefined ? 0 : Math.max(0, things.indexOf(at));
  return things.slice(start).map((thing, i) => ({
    thing,
    behind: place !== undefined && i === 0 && thing === at ? behind.join(' ') : undefined,
  }));
};
