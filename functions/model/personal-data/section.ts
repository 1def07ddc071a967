import type { Services } from '../../platform/resources/services.ts';
import type { Item } from '../../platform/table/entity.ts';
import type { Person } from './person.ts';

/** The services that a section reads from. */
export type ExportDeps = Pick<Services, 'table' | 'imports' | 'archive' | 'now'> & { readonly account: string };

export interface Page {
  readonly records: readonly Item[];
  /** The position after these records. Reading on from here returns the rest, each record once. */
  readonly place: string;
}

/** A kind of personal data, and the file of the same name in an access request. */
export interface SectionInfo {
  readonly name: string;
  /** Sections are sorted by this number, across all domains. */
  readonly order: number;
  readonly title: string;
  /** Explains the section to somebody who does not know the product. */
  readonly about: string;
  /** The members of its records, in reading order. */
  readonly columns: readonly string[];
  /** Whether there can be very many records. Its file then has one line per record. @default false */
  readonly isLong?: boolean;
}

export interface Section<P extends Person = Person> extends SectionInfo {
  readonly read: (person: P, behind: string | undefined, deps: ExportDeps) => AsyncIterable<Page>;
}

/** The name of the file with its records as JSON. */
export const fileNameOf = ({ name, isLong = false }: Pick<SectionInfo, 'name' | 'isLong'>): string =>
  `${name}.${isLong ? 'jsonl' : 'json'}`;

const ALL_READ = 'all';

/** A section whose records are read at once. */
export const sectionOfRecords = <P extends Person = Person>(
  info: SectionInfo,
  readRecords: (person: P, deps: ExportDeps) => Promise<readonly Item[]>,
): Section<P> => ({
  ...info,
  async *read(person, behind, deps) {
    if (behind !== ALL_READ) yield { records: await readRecords(person, deps), place: ALL_READ };
  },
});

/** A position in one of several parts that are read one after the other. */
export const placeInPart = (thing: string, behind: string): string => `${thing} ${behind}`;

/** The parts from a position on. The first one has the position to continue from. */
export const partsFrom = (
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
