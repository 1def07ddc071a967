import { type Files, type FileVersion, removeVersions } from '../../platform/storage/files.ts';
import type { Person } from './person.ts';

/** A person for whom a sweep runs. */
export interface Target extends Person {
  /** The id of the deletion job. */
  readonly job: string;
}

/** Counts by deletion job and `<place>/<kind>`. */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A planned change of a key: counted first, then applied. */
export interface Plan {
  readonly counts: Counts;
  /** Files that stay for now, since their import is running. */
  readonly kept: number;
  readonly apply: () => Promise<void>;
}

export interface FileLocation {
  readonly prefix: string;
  readonly files: Pick<Files, 'versions'>;
  /** Keys that were written earlier have been searched for all of these people already. */
  readonly since: Date | undefined;
  readonly plan: (key: string, versions: readonly FileVersion[]) => Promise<Plan | undefined>;
}

export interface FileSearch {
  readonly targets: readonly Target[];
  /** The mark of this sweep, and of the previous one if it included all of these people. */
  readonly mark: string;
  readonly before: string | undefined;
  readonly since: Date | undefined;
}

/** How a sweep treats the objects in a folder of a bucket. */
export interface Folder {
  readonly bucket: 'imports' | 'archive';
  readonly prefix: string;
  /**
   * `remove` does not read the content. `rewrite` and `rewrite-as-stream` write objects anew without the person, from
   * memory or as a stream. `expire` leaves objects to a rule of the bucket, which removes them within two weeks. `none`
   * is for objects without personal data.
   */
  readonly change: 'remove' | 'rewrite' | 'rewrite-as-stream' | 'expire' | 'none';
}

/** Creates a check whether an identifier or a profile id belongs to one of these people. */
export const targetMatcher = (targets: readonly Target[]) => {
  const keys = new Set(
    targets.flatMap(({ profileIds, identifiers }) => [
      ...profileIds.map((id) => `id ${id}`),
      ...identifiers.map(({ kind, value }) => `${kind} ${value}`),
    ]),
  );
  return ({ kind, value }: { readonly kind: string; readonly value: string }): boolean => keys.has(`${kind} ${value}`);
};

/** Assigns all counts of a file to each job, since a file has rows of many people. */
export const countForAll = (targets: readonly Target[], counts: Readonly<Record<string, number>>): Counts =>
  Object.keys(counts).length === 0 ? {} : Object.fromEntries(targets.map(({ job }) => [job, counts]));

/** Files that are removed as a whole. Removing one leaves an old version in the bucket, which a sweep removes. */
export const olderVersions = (prefix: string, files: Files): FileLocation => ({
  prefix,
  files,
  since: undefined,
  plan: async (_, versions) => {
    const older = versions.filter(({ isCurrent, isDeleteMarker }) => !isCurrent && !isDeleteMarker);
    if (older.length === 0) return undefined;
    return { counts: {}, kept: 0, apply: () => removeVersions(older, files) };
  },
});
