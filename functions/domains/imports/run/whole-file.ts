import { inParallel } from '../../../platform/parallel.ts';
import { type Files, listKeys } from '../../../platform/storage/files.ts';
import { isReport } from '../columns/report-columns.ts';
import type { Job } from '../jobs/job.ts';
import { importKinds } from '../kinds/kinds.ts';
import { chunksFolder } from '../places/job-files.ts';
import type { Unit } from '../rows/units.ts';

const PARALLEL = 16;
/** Of a row that names nothing. */
const NAMELESS = '';

/** Whether what a file does not name has vanished. Corrected rows of a whole file are a part of it. */
export const isWholeFile = ({ layout, mends }: Pick<Job, 'layout' | 'mends'>): boolean =>
  layout?.mapping?.whole === true && !isReport(layout) && mends === undefined;

/** The files that are kept for the end of a whole file. */
const filesOf = (job: Pick<Job, 'account' | 'id'>): string => `${chunksFolder(job)}whole-`;
const prefixOf = (job: Pick<Job, 'account' | 'id'>): string => `${filesOf(job)}names-`;

/** Keeps what the rows of a window name, until the end of a whole file. A window that is repeated writes it again. */
export const keepNames = async (job: Job, units: readonly Unit[], files: Files): Promise<void> => {
  const first = units[0]?.rows[0]?.number;
  if (first === undefined || !isWholeFile(job)) return;
  const { namesIn } = importKinds[job.kind];
  const names = units.flatMap(({ parsed }) => {
    const own = parsed ? (namesIn?.(parsed) ?? []) : [];
    return own.length > 0 ? own : [NAMELESS];
  });
  const key = `${prefixOf(job)}${String(first).padStart(12, '0')}.json`;
  await files.write(key, JSON.stringify(names), 'application/json');
};

/** Everything that a whole file names. Undefined if a row of it could name anything. */
export const readNames = async (
  job: Pick<Job, 'account' | 'id'>,
  files: Files,
): Promise<ReadonlySet<string> | undefined> => {
  const names = new Set<string>();
  for await (const key of listKeys(prefixOf(job), files)) {
    const found: unknown = JSON.parse((await files.readText(key)) ?? '[]');
    if (Array.isArray(found)) for (const name of found) names.add(String(name));
  }
  return names.has(NAMELESS) ? undefined : names;
};

/** Also removes the parts with what has vanished. */
export const removeNames = async (job: Pick<Job, 'account' | 'id'>, files: Files): Promise<void> => {
  const keys: string[] = [];
  for await (const key of listKeys(filesOf(job), files)) keys.push(key);
  await inParallel(keys, PARALLEL, (key) => files.remove(key));
};
