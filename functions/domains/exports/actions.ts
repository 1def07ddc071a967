import { newJob } from '../../platform/jobs/state.ts';
import { type Page, type PageRequest, readAllItems } from '../../platform/table/listing/pages.ts';
import { update } from '../../platform/table/write.ts';
import type { Context } from '../accounts/context.ts';
import { type ExportJob, emptyProgress, fileKey, fileName, JOB_DAYS } from './records/job.ts';
import { exportJobs, exportJobsPk } from './records/store.ts';
import { exportJob, removeParts } from './run.ts';

type WithCaller = Partial<Pick<Context, 'caller'>>;

/** Stores the job before its id is returned, then queues it. */
export const startExport = async (
  { kind, format }: Pick<ExportJob, 'kind' | 'format'>,
  { caller, ...context }: Pick<Context, 'account' | 'table' | 'queue' | 'now' | 'newId'> & WithCaller,
): Promise<ExportJob> => {
  const job: ExportJob = {
    ...newJob(context, JOB_DAYS),
    ...(caller?.kind === 'key' && { keyId: caller.keyId }),
    kind,
    format,
    ...emptyProgress,
    links: 0,
  };
  return exportJob.start(job, context);
};

/** Lists export jobs, newest first. */
export const listExports = (
  page: PageRequest,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Page<ExportJob>> =>
  exportJob.list({ partitions: [exportJobsPk(account)], prefix: 'JOB#', descending: true, ...page }, { table });

const LINK_SECONDS = 15 * 60;

export interface Link {
  readonly name: string;
  readonly url: string;
  readonly until: string;
}

/** Creates short-lived links to the job's files, and records who received them. None if the files have expired. */
export const linkToFiles = async (
  job: ExportJob,
  { table, imports, now, caller }: Pick<Context, 'table' | 'imports' | 'now'> & WithCaller,
): Promise<{ readonly job: ExportJob; readonly links: readonly Link[] }> => {
  const at = now();
  const leftSeconds = Math.floor((Date.parse(job.keptUntil ?? '') - at.getTime()) / 1_000);
  if (job.status !== 'complete' || !(leftSeconds > 0)) return { job, links: [] };
  const seconds = Math.min(LINK_SECONDS, leftSeconds);
  const until = new Date(at.getTime() + seconds * 1_000).toISOString();
  const set = { linkedAt: at.toISOString(), ...(caller?.kind === 'key' && { linkedBy: caller.keyId }) };
  await table.write(update(exportJobs, job, { set, add: { links: 1 } }));
  const links: Link[] = [];
  for (const number of job.files.keys()) {
    const name = fileName(job, number + 1);
    links.push({
      name,
      until,
      url: await imports().downloadUrl(fileKey(job, number + 1), { seconds, fileName: name }),
    });
  }
  return { job: { ...job, ...set, links: job.links + 1 }, links };
};

/** Cancels an export and removes what it has written. */
export const cancelExport = async (
  job: ExportJob,
  context: Pick<Context, 'table' | 'imports' | 'now'>,
): Promise<boolean> => {
  const set = job.completedAt === undefined ? {} : { completedAt: job.completedAt };
  const isNew = await exportJob.cancel(job, context, { set, remove: ['place', 'keptUntil'] });
  await removeParts({ ...job, status: 'cancelled' }, context);
  return isNew;
};

const PAGE = 100;

/**
 * Removes the files of exports from before a time: they may have an erased person. A run in progress finds its job
 * cancelled at its next checkpoint, and removes its objects. Returns the number of cancelled exports.
 */
export const removeExports = async (
  { before }: { readonly before: string },
  context: Pick<Context, 'account' | 'table' | 'imports' | 'now'>,
): Promise<number> => {
  let count = 0;
  for await (const job of readAllItems((page) => listExports(page, context), PAGE))
    if (job.createdAt < before && (await cancelExport(job, context))) count += 1;
  return count;
};
