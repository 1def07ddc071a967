import type { Profile } from './profile.ts';

export interface ImportRow {
  readonly job: string;
  readonly row: number;
  /** Rows up to here are settled and will not be read again. */
  readonly settled: number;
  /** Imports of the same rows that are over, and did this one. */
  readonly repeats?: readonly string[];
}

type Outcome = 'created' | 'updated' | 'unchanged';

/** Later rows of a job come after this one, so a profile that knows a later one has had this one too. */
export const outcomeBefore = ({ imported = {} }: Profile, { job, row }: ImportRow): Outcome | undefined => {
  const rows = imported[job];
  if (!rows || Object.keys(rows).every((known) => Number(known) < row)) return undefined;
  return rows[row] ?? 'unchanged';
};

/**
 * Whether nobody has changed a profile since an import of the same rows, of which it has had the last about it: then they
 * say nothing new together, though one that is followed by another may.
 */
export const isLeftBy = ({ imported = {}, importedRev, rev }: Profile, { repeats = [] }: ImportRow): boolean =>
  importedRev === rev && repeats.includes(Object.keys(imported).at(-1) ?? '');

const MAX_JOBS = 4;

export const remember = (imported: Profile['imported'] = {}, { job, row, settled }: ImportRow): Profile['imported'] => {
  const open = Object.entries(imported[job] ?? {}).filter(([known]) => Number(known) > settled);
  const others = Object.entries(imported).filter(([other]) => other !== job);
  return Object.fromEntries([
    ...others.slice(1 - MAX_JOBS),
    [job, { ...Object.fromEntries(open), [row]: 'updated' as const }],
  ]);
};
