import { ApiError } from '../../../platform/errors.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { SignedUpload } from '../../../platform/storage/files.ts';
import type { Condition } from '../../../platform/table/expression.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { create, update } from '../../../platform/table/write.ts';
import type { FailOutcome, UploadedObject } from '../../../platform/workers/trigger.ts';
import type { Context } from '../../accounts/context.ts';
import { hasStatus, type Job, KEPT_DAYS } from '../jobs/job.ts';
import { jobs } from '../jobs/store.ts';
import { findMapping } from '../mappings/mapping-file.ts';
import { mappingKey } from '../names/keys.ts';
import { noCounts } from '../outcomes/counts.ts';
import { expectingJob, uploadKey } from '../places/folders.ts';
import { importJob } from '../run/jobs.ts';
import { expireLater } from './expiry.ts';
import { contentTypeOf, type UploadRequest } from './request.ts';

/** How long the start of an upload may take. */
export const UPLOAD_SECONDS = 3_600;

export interface ExpectedUpload {
  readonly job: Job;
  readonly permit: SignedUpload & { readonly until: string };
}

export type Deps = Pick<Context, 'account' | 'table' | 'imports' | 'queue' | 'now' | 'newId'>;

/** Creates a job for an announced file, and a signed request that uploads a file of this size and type, and no other. */
export const expectUpload = async (
  { kind, file_name: name, size, content_type: contentType = contentTypeOf(name), ...said }: UploadRequest,
  { isDryRun }: { readonly isDryRun: boolean },
  context: Deps,
): Promise<ExpectedUpload> => {
  const retried = said.retries_job_id === undefined ? undefined : await retriedJob(said.retries_job_id, kind, context);
  const job = { ...newJob({ kind, name, size, isDryRun }, context), ...(retried && { mends: retried.id }) };
  const permit = await context.imports().uploadUrl(job.key, { contentType, size, seconds: UPLOAD_SECONDS });
  // Before the file, which can arrive as soon as the caller has its URL.
  const mapping = said.mapping
    ? JSON.stringify(said.mapping)
    : retried && (await findMapping(retried.key, context.imports()))?.text;
  if (mapping !== undefined) await context.imports().write(mappingKey(job.key), mapping, 'application/json');
  // First, so that each job has an expiry. Without a job it does nothing.
  await expireLater(job, context);
  await context.table.write(create(jobs, job));
  return { job, permit: { ...permit, until: job.uploadUntil } };
};

/** The import whose corrected rows are announced. */
const retriedJob = async (id: string, kind: Job['kind'], { account, table }: Deps): Promise<Job> => {
  const source = { pointer: '/data/attributes/retries_job_id' };
  const job = await table.get(jobs, { account, id });
  if (!job) throw new ApiError('invalid', { detail: `There is no import job ${id.slice(0, 100)}.`, source });
  if (job.kind !== kind) throw new ApiError('invalid', { detail: `This job is an import of ${job.kind}.`, source });
  return job;
};

export const newJob = (
  { kind, name, size, isDryRun }: Pick<Job, 'kind' | 'size'> & { readonly name: string; readonly isDryRun: boolean },
  { account, now, newId }: Deps,
): Job & { readonly uploadUntil: string } => {
  const time = now();
  const id = newId(time);
  return {
    account,
    id,
    key: uploadKey({ account, id, kind, isDryRun, name }),
    etag: '',
    size,
    kind,
    ...(isDryRun && { isDryRun }),
    status: 'waiting_for_upload',
    uploadUntil: new Date(time.getTime() + UPLOAD_SECONDS * 1_000).toISOString(),
    createdAt: time.toISOString(),
    counts: noCounts,
    expiresAt: expiryAfterDays(time, KEPT_DAYS),
  };
};

/**
 * Assigns an arrived file to the job that waits for it. False if none does. The first file counts, however many
 * notifications arrive.
 */
export const giveToJob = async (
  { key, versionId, etag, size }: UploadedObject,
  account: string,
  { table, queue }: Pick<Services, 'table' | 'queue'>,
): Promise<boolean> => {
  const id = expectingJob(key);
  if (id === undefined) return false;
  const job = await table.get(jobs, { account, id });
  if (job?.key !== key) return false;
  const set = { status: 'queued', etag, size, ...(versionId && { version: versionId }) } as const;
  const { completedAt: _, ...open } = job;
  const condition: Condition = {
    any: [
      hasStatus('waiting_for_upload'),
      hasStatus('expired'),
      // The copy was dead-lettered, but succeeded.
      { all: [hasStatus('failed'), { attribute: 'etag', is: '=', value: '' }] },
    ],
  };
  const change = { value: { ...open, ...set }, set, remove: ['completedAt'], condition };
  const written = await table.write(update(jobs, job, change));
  const stored = written.done ? undefined : written.existing && jobs.fromItem(written.existing);
  // A notification whose handler died before sending the message is delivered again.
  const isOurs = written.done || (stored?.status === 'queued' && stored.etag === etag && stored.version === versionId);
  // A dry run retries no rows.
  if (isOurs && job.mends !== undefined && !job.isDryRun)
    await table.write(update(jobs, { account, id: job.mends }, { set: { mendedBy: id } }));
  if (isOurs) await importJob.wake({ account, id }, { queue });
  return true;
};

/** Fails a job whose notification was dead-lettered, and stores its file, so that it can be retried. */
export const failExpected = async (
  { key, versionId, etag, size }: UploadedObject,
  { account, reason }: { readonly account: string; readonly reason: string },
  services: Services,
): Promise<FailOutcome | undefined> => {
  const id = expectingJob(key);
  const job = id === undefined ? undefined : await services.table.get(jobs, { account, id });
  if (!job || job.key !== key) return undefined;
  if (job.status === 'queued') {
    // The file has been assigned. Perhaps only the message could not be sent.
    await importJob.wake(job, services);
    return 'requeued';
  }
  if (job.status !== 'waiting_for_upload' && job.status !== 'expired') return 'over';
  const set = {
    status: 'failed',
    error: reason,
    etag,
    size,
    ...(versionId && { version: versionId }),
    completedAt: services.now().toISOString(),
  } as const;
  const change = { value: { ...job, ...set }, set, condition: hasStatus(job.status) };
  const { done } = await services.table.write(update(jobs, job, change));
  return done ? 'failed' : 'over';
};
