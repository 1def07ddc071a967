import { ApiError } from '../../platform/errors.ts';
import type { Services } from '../../platform/resources/services.ts';
import { readChanges } from './dry-run/change-files.ts';
import { processedIn } from './jobs/chunk.ts';
import type { Job } from './jobs/job.ts';
import { chunksOf } from './jobs/listing.ts';
import { getImportJob } from './jobs/lookup.ts';
import { type Progress, progressOf } from './jobs/progress.ts';
import type { Change } from './kinds/change.ts';
import type { Failure } from './outcomes/failure.ts';
import type { RowReport } from './places/job-files.ts';
import { reportKey } from './places/report-keys.ts';
import { readFailures } from './reports/failures.ts';
import { importJob } from './run/jobs.ts';

type Deps = Pick<Services, 'table' | 'now'>;

interface Range {
  readonly after: number;
  readonly size: number;
  /** @default 'errors' */
  readonly what?: RowReport;
}

/** Reads up to `size` reports of processed rows after a row, and whether there are more. */
export const importFailures = async (
  job: Job,
  { after, size, what = 'errors' }: Range,
  { imports, table }: Pick<Services, 'imports' | 'table'>,
): Promise<{ readonly failures: readonly Failure[]; readonly hasMore: boolean }> => {
  const isProcessed = job.status === 'complete' ? () => true : processedIn(await chunksOf(job, { table }));
  const failures: Failure[] = [];
  for await (const some of readFailures(job, imports(), { what, afterRow: after, isProcessed })) {
    failures.push(...some);
    if (failures.length > size) break;
  }
  return { failures: failures.slice(0, size), hasMore: failures.length > size };
};

const LINK_SECONDS = 900;

/** Creates a short-lived URL for the file of a job's failed rows. */
export const linkToFailedRows = async (
  { key, status, counts }: Job,
  { imports, now }: Pick<Services, 'imports' | 'now'>,
): Promise<{ readonly url: string; readonly until: string }> => {
  if (status !== 'complete')
    throw new ApiError('conflict', {
      detail: `This import is ${status}. Its failed rows can be downloaded when it ends.`,
    });
  if (counts.failed === 0) throw new ApiError('not_found', { detail: 'No row of this import failed.' });
  const report = reportKey(key);
  if (!(await imports().head(report))) throw new ApiError('gone', { detail: 'Its failed rows have expired.' });
  // Names may hold what no header can.
  const url = await imports().downloadUrl(report, { seconds: LINK_SECONDS, fileName: 'failed-rows.errors.csv' });
  return { url, until: new Date(now().getTime() + LINK_SECONDS * 1_000).toISOString() };
};

/** Reads the changes that a dry run has found so far, up to a hundred rows. */
export const importChanges = async (
  job: Job,
  { imports, table }: Pick<Services, 'imports' | 'table'>,
): Promise<readonly Change[]> => {
  if (!job.isDryRun) return [];
  const isProcessed = job.status === 'complete' ? () => true : processedIn(await chunksOf(job, { table }));
  return readChanges(job, imports(), isProcessed);
};

/** Reads the progress of a job. A complete job has it in its own item. */
export const importProgress = async (job: Job, { table, now }: Deps): Promise<Progress> =>
  progressOf(job, job.status === 'complete' ? [] : await chunksOf(job, { table }), now());

const stops = {
  paused: 'Only an import that is queued or processing can be paused.',
  cancelled: 'Only an import that has not ended can be cancelled.',
} as const;

/** Pauses or cancels a job. Processed rows stay. A resumed job continues after its last checkpoint. */
export const stopImportJob = async (
  account: string,
  id: string,
  { to, ...services }: Deps & { readonly to: keyof typeof stops },
): Promise<Job> => {
  const job = await getImportJob(account, id, services);
  if (job.status === to) return job;
  const mayStop =
    job.status === 'queued' ||
    job.status === 'processing' ||
    (to === 'cancelled' && (job.status === 'paused' || job.status === 'waiting_for_upload'));
  if (!mayStop) throw new ApiError('conflict', { detail: `This import is ${job.status}. ${stops[to]}` });
  const set = { status: to, ...(to === 'cancelled' && { completedAt: services.now().toISOString() }) };
  const stopped = await importJob.stop(job, { set }, services);
  if (!stopped) throw new ApiError('conflict', { detail: 'The status of the import has just changed. Get it again.' });
  return stopped;
};
