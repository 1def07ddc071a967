import type { Services } from '../../platform/resources/services.ts';
import type { Item } from '../../platform/table/entity.ts';
import type { Person } from './person.ts';

/** What a section reads from. */
export type ExportDeps = Pick<Services, 'table' | 'imports' | 'archive' | 'now'> & { readonly account: string };

export interface Page {
  readonly records: readonly Item[];
  /** Behind these: a reader that goes on from here gets the rest, each once. */
  readonly place: string;
}

/** One kind of thing that is held on people, and a file of the same name in what they are handed. */
export interface SectionInfo {
  readonly name: string;
  /** Sections are shown in the order of these numbers, over all domains. */
  readonly order: number;
  readonly title: string;
  /** What it is, to somebody who knows nothing of us. */
  readonly about: string;
  /** Members of its records, in the order in which people read them. */
  readonly columns: readonly string[];
  /** There may be very many: its file has a line for each. @default false */
  readonly isLong?: boolean;
}

export interface Section<P extends Person = Person> extends SectionInfo {
  readonly read: (person: P, behind: string | undefined, deps: ExportDeps) => AsyncIterable<Page>;
}

/** Of its records as JSON. */
export const fileNameOf = ({ name, isLong = false }: Pick<SectionInfo, 'name' | 'isLong'>): string =>
  `${name}.${isLong ? 'jsonl' : 'json'}`;

const WHOLE = 'all';

/** A section that is read in one go. */
export const readAtOnce = <P extends Person = Person>(
  info: SectionInfo,
  readRecords: (person: P, deps: ExportDeps) => Promise<readonly Item[]>,
): Section<P> => ({
  ...info,
  async *read(person, behind, deps) {
    if (behind !== WHOLE) yield { records: await readRecords(person, deps), place: WHOLE };
  },
});

/** A place in one of several things that are read one after the other. */
export const placeIn = (thing: string, behind: string): string => `${thing} ${behind}`;

/** The things from a place on, with where to go on in the first. */
export const thingsFrom = (
  place: string | undefined,
  things: readonly string[],
): { readonly thing: string; readonly behind: string | undefined }[] => {
  const [at = '', ...behind] = place?.split(' ') ?? [];
  const start = place === undefined ? 0 : Math.max(0, things.indexOf(at));
  return things.slice(start).map((thing, i) => ({
    thing,
    behind: place !== undefined && i === 0 && thing === at ? behind.join(' ') : undefined,
  }));
};
