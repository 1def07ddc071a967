import * as v from 'valibot';
import { ApiError } from '../../../platform/errors.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { create, update } from '../../../platform/table/write.ts';
import type { FailOutcome } from '../../../platform/workers/trigger.ts';
import { hasStatus, type Job } from '../jobs/job.ts';
import { jobs } from '../jobs/store.ts';
import { findMapping } from '../mappings/mapping-file.ts';
import { mappingKey, nameOf } from '../names/keys.ts';
import { importJob } from '../run/jobs.ts';
import { expireLater } from './expiry.ts';
import { type Deps, newJob, UPLOAD_SECONDS } from './upload-job.ts';

const OfJob = v.object({ account: v.string(), job: v.string() });

/** Imports the file of a dry run: a copy of it, with its mapping. */
export const importDryRun = async (tried: Job, context: Deps): Promise<Job> => {
  if (!tried.isDryRun)
    throw new ApiError('conflict', { detail: 'This job is not a dry run. It is an import already.' });
  if (tried.status !== 'complete')
    throw new ApiError('conflict', {
      detail: `This dry run is ${tried.status}. Import it when the dry run is complete.`,
    });
  const files = context.imports();
  if (!(await files.head(tried.key, tried.version)))
    throw new ApiError('gone', { detail: 'The file no longer exists. Upload it again.' });
  const { kind, size, mends } = tried;
  const made = newJob({ kind, size, name: nameOf(tried.key), isDryRun: false }, context);
  const job = { ...made, dryRun: tried.id, ...(mends !== undefined && { mends }) };
  const mapping = (await findMapping(tried.key, files))?.text;
  if (mapping !== undefined) await files.write(mappingKey(job.key), mapping, 'application/json');
  await expireLater(job, context);
  await context.table.write(create(jobs, job));
  await context.queue().send({ kind: COPY_TRIED, account: job.account, job: job.id });
  return job;
};

export const COPY_TRIED = 'copy-tried';

/** Copies the file of a dry run to the key of its import. A large file takes S3 minutes, longer than a request. */
export const copyDryRunFile = async (message: unknown, { table, imports }: Services): Promise<void> => {
  const { account, job: id } = v.parse(OfJob, message);
  const job = await table.get(jobs, { account, id });
  if (job?.status !== 'waiting_for_upload' || job.dryRun === undefined) return;
  const tried = await table.get(jobs, { account, id: job.dryRun });
  // If the file is gone meanwhile, the job expires.
  if (tried) await imports().copy({ key: tried.key, version: tried.version }, job.key);
};

/** Fails an import whose file could not be copied from its dry run. */
export const failCopy = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { account, job: id } = v.parse(OfJob, message);
  const job = await services.table.get(jobs, { account, id });
  if (job?.status !== 'waiting_for_upload') return 'over';
  return (await importJob.giveUp(job, reason, services)) ? 'failed' : failCopy(message, reason, services);
};

/** Starts the copy again. */
export const retryCopy = async (job: Job, services: Services): Promise<Job> => {
  const uploadUntil = new Date(services.now().getTime() + UPLOAD_SECONDS * 1_000).toISOString();
  const { error: _, completedAt: __, ...open } = job;
  const next: Job = { ...open, status: 'waiting_for_upload', uploadUntil };
  await expireLater(next, services);
  const { status } = next;
  const { done } = await services.table.write(
    update(jobs, job, {
      value: next,
      set: { status, uploadUntil },
      remove: ['error', 'completedAt'],
      condition: { all: [hasStatus(job.status), { attribute: 'etag', is: '=', value: '' }] },
    }),
  );
  if (!done) throw new ApiError('conflict', { detail: 'The status of the import has just changed. Get it again.' });
  await services.queue().send({ kind: COPY_TRIED, account: job.account, job: job.id });
  return next;
};
