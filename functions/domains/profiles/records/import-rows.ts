import type { Profile } from './profile.ts';

export interface ImportRow {
  readonly job: string;
  readonly row: number;
  /** Rows up to this number are processed, and not read again. */
  readonly processedRows: number;
  /** Finished imports of the same rows. */
  readonly earlierJobs?: readonly string[];
}

type Outcome = 'created' | 'updated' | 'unchanged';

/**
 * The outcome of a row that was processed before. Rows of a job are processed in order, so a profile that has seen a
 * later row has seen this one too.
 */
export const previousOutcome = ({ imported = {} }: Profile, { job, row }: ImportRow): Outcome | undefined => {
  const rows = imported[job];
  if (!rows || Object.keys(rows).every((number) => Number(number) < row)) return undefined;
  return rows[row] ?? 'unchanged';
};

/**
 * Whether a profile is unchanged since an earlier import of the same rows, which also wrote its last row: then these
 * rows bring nothing new together, even if single ones do.
 */
export const isUnchangedSinceImport = (
  { imported = {}, importedRev, rev }: Profile,
  { earlierJobs = [] }: ImportRow,
): boolean => importedRev === rev && earlierJobs.includes(Object.keys(imported).at(-1) ?? '');

const MAX_JOBS = 4;

export const rememberRow = (
  imported: Profile['imported'] = {},
  { job, row, processedRows }: ImportRow,
): Profile['imported'] => {
  const open = Object.entries(imported[job] ?? {}).filter(([number]) => Number(number) > processedRows);
  const others = Object.entries(imported).filter(([other]) => other !== job);
  return Object.fromEntries([
    ...others.slice(1 - MAX_JOBS),
    [job, { ...Object.fromEntries(open), [row]: 'updated' as const }],
  ]);
};
