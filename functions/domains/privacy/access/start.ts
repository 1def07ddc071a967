import { newJob } from '../../../platform/jobs/state.ts';
import type { Page, PageRequest } from '../../../platform/table/listing/pages.ts';
import { update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { privacyJobsPk } from '../subjects/job-partition.ts';
import type { Subject } from '../subjects/subject.ts';
import { type AccessJob, emptyProgress, fileKey, RECORD_DAYS } from './job.ts';
import { accessJob } from './run.ts';
import { accessJobs } from './store.ts';

type StartDeps = Pick<Context, 'account' | 'table' | 'queue' | 'now' | 'newId'> & Partial<Pick<Context, 'caller'>>;

/** Stores the job before its id is returned, then queues it. */
export const startAccess = async (subject: Subject, { caller, ...context }: StartDeps): Promise<AccessJob> => {
  const job: AccessJob = {
    ...newJob(context, RECORD_DAYS),
    ...(caller?.kind === 'key' && { keyId: caller.keyId }),
    subject,
    profileIds: [],
    gathered: emptyProgress,
    links: 0,
  };
  return accessJob.start(job, context);
};

type Deps = Pick<Context, 'account' | 'table'>;

/** Lists access jobs, newest first. */
export const listAccessJobs = (page: PageRequest, { account, table }: Deps): Promise<Page<AccessJob>> =>
  accessJob.list(
    { partitions: [privacyJobsPk(account, 'access')], prefix: 'JOB#', descending: true, ...page },
    { table },
  );

const LINK_SECONDS = 15 * 60;

export interface Link {
  readonly url: string;
  readonly until: string;
}

/**
 * Creates a short-lived link to the job's file and records who received it. Returns the job alone if it has no file.
 */
export const linkToFile = async (
  job: AccessJob,
  { table, imports, now, caller }: Pick<Context, 'table' | 'imports' | 'now'> & Partial<Pick<Context, 'caller'>>,
): Promise<{ readonly job: AccessJob; readonly link?: Link }> => {
  const at = now();
  const leftSeconds = Math.floor((Date.parse(job.keptUntil ?? '') - at.getTime()) / 1_000);
  if (job.status !== 'complete' || !(leftSeconds > 0)) return { job };
  const seconds = Math.min(LINK_SECONDS, leftSeconds);
  const set = { linkedAt: at.toISOString(), ...(caller?.kind === 'key' && { linkedBy: caller.keyId }) };
  await table.write(update(accessJobs, job, { set, add: { links: 1 } }));
  const url = await imports().downloadUrl(fileKey(job), { seconds, fileName: `personal-data-${job.id}.zip` });
  const link = { url, until: new Date(at.getTime() + seconds * 1_000).toISOString() };
  return { job: { ...job, ...set, links: job.links + 1 }, link };
};
