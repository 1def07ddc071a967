import type { Files, FileVersion } from '../../platform/storage/files.ts';
import type { Person } from './person.ts';

/** One of those whom a sweep is for. */
export interface Target extends Person {
  /** The deletion job. */
  readonly job: string;
}

/** By deletion job, and in it by `<place>/<kind>`. */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What is to be done to a key: counted first, then done. */
export interface Plan {
  readonly counts: Counts;
  /** Files that stay for now, as their import is under way. */
  readonly kept: number;
  readonly apply: () => Promise<void>;
}

export interface FilePlace {
  readonly prefix: string;
  readonly files: Pick<Files, 'versions'>;
  /** Keys that were put before it were looked through for all of these people already. */
  readonly since: Date | undefined;
  readonly plan: (key: string, versions: readonly FileVersion[]) => Promise<Plan | undefined>;
}

export interface FileSearch {
  readonly targets: readonly Target[];
  /** Of this sweep, and of the one that all these people were in before, if that was one. */
  readonly mark: string;
  readonly before: string | undefined;
  readonly since: Date | undefined;
}

/** What a sweep does to objects in a folder of a bucket. */
export interface Folder {
  readonly bucket: 'imports' | 'archive';
  readonly prefix: string;
  /**
   * `remove` looks at no content; `rewrite` reads objects, and writes them anew without the person: whole, or as a stream.
   * `expire` is what no sweep reads, and a rule of the bucket removes within two weeks.
   */
  readonly change: 'remove' | 'rewrite' | 'rewrite-as-stream' | 'expire';
}

/** Tells whether an identifier, or an id of a profile, is of one of these people. */
export const isOfTargets = (targets: readonly Target[]) => {
  const all = new Set(
    targets.flatMap(({ profileIds, identifiers }) => [
      ...profileIds.map((id) => `id ${id}`),
      ...identifiers.map(({ kind, value }) => `${kind} ${value}`),
    ]),
  );
  return ({ kind, value }: { readonly kind: string; readonly value: string }): boolean => all.has(`${kind} ${value}`);
};

/** A file holds rows of many: each of these people's jobs reports all that went from it. */
export const countForAll = (targets: readonly Target[], counts: Readonly<Record<string, number>>): Counts =>
  Object.keys(counts).length === 0 ? {} : Object.fromEntries(targets.map(({ job }) => [job, counts]));
