import * as v from 'valibot';
import { ApiError } from '../../../platform/errors.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Permit } from '../../../platform/storage/files.ts';
import type { Condition } from '../../../platform/table/expression.ts';
import { create, update } from '../../../platform/table/write.ts';
import type { FailOutcome, UploadedObject } from '../../../platform/workers/trigger.ts';
import type { Context } from '../../accounts/context.ts';
import { endOfErasedName } from '../erase/names.ts';
import { endAsFailed } from '../fail.ts';
import { type Job, KEPT_DAYS, mappingKey, nameOf, noCounts } from '../job.ts';
import { dryRunFolder } from '../kind.ts';
import { readMapping } from '../mappings/beside.ts';
import { jobs } from '../store.ts';
import { contentTypeOf, type UploadRequest } from './request.ts';

/** How long an upload may wait to be begun. */
const UPLOAD_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

export interface Awaited {
  readonly job: Job;
  readonly permit: Permit & { readonly until: string };
}

type Reach = Pick<Context, 'account' | 'table' | 'imports' | 'queue' | 'now' | 'newId'>;

/** A job for a file that is still to come, and the right to put that file, of this size and type, and no other. */
export const awaitUpload = async (
  { kind, file_name: name, size, content_type: contentType = contentTypeOf(name), ...said }: UploadRequest,
  { isDryRun }: { readonly isDryRun: boolean },
  context: Reach,
): Promise<Awaited> => {
  const mended = said.mends_job_id === undefined ? undefined : await mendedBy(said.mends_job_id, kind, context);
  const job = { ...awaited({ kind, name, size, isDryRun }, context), ...(mended && { mends: mended.id }) };
  const permit = await context.imports().uploadUrl(job.key, { contentType, size, seconds: UPLOAD_SECONDS });
  // Before the file, which may come as soon as its URL is known.
  const mapping = said.mapping
    ? JSON.stringify(said.mapping)
    : mended && (await readMapping(mended.key, context.imports()))?.text;
  if (mapping !== undefined) await context.imports().write(mappingKey(job.key), mapping, 'application/json');
  // First, so that no job waits without it; where no job is made, it finds none.
  await expireLater(job, context);
  await context.table.write(create(jobs, job));
  return { job, permit: { ...permit, until: job.uploadUntil } };
};

/** The import whose failed rows are to come. */
const mendedBy = async (id: string, kind: Job['kind'], { account, table }: Reach): Promise<Job> => {
  const source = { pointer: '/data/attributes/mends_job_id' };
  const job = await table.get(jobs, { account, id });
  if (!job) throw new ApiError('invalid', { detail: `There is no import job ${id.slice(0, 100)}.`, source });
  if (job.kind !== kind) throw new ApiError('invalid', { detail: `That is an import of ${job.kind}.`, source });
  return job;
};

/** Imports the very file that a dry run has read: a copy of it, with its mapping. */
export const importDryRun = async (tried: Job, context: Reach): Promise<Job> => {
  if (!tried.isDryRun) throw new ApiError('conflict', { detail: 'This is no dry run: it is an import already.' });
  if (tried.status !== 'complete')
    throw new ApiError('conflict', {
      detail: `This dry run is ${tried.status}. It can be imported when it is complete.`,
    });
  const files = context.imports();
  if (!(await files.head(tried.key, tried.version)))
    throw new ApiError('gone', { detail: 'The file is no longer there. Upload it again.' });
  const { kind, size, mends } = tried;
  const made = awaited({ kind, size, name: nameOf(tried.key), isDryRun: false }, context);
  const job = { ...made, dryRun: tried.id, ...(mends !== undefined && { mends }) };
  const mapping = (await readMapping(tried.key, files))?.text;
  if (mapping !== undefined) await files.write(mappingKey(job.key), mapping, 'application/json');
  await expireLater(job, context);
  await context.table.write(create(jobs, job));
  await context.queue().send({ kind: COPY_TRIED, account: job.account, job: job.id });
  return job;
};

export const COPY_TRIED = 'copy-tried';

/** Puts the file of a dry run where its import waits for it. A large one takes S3 minutes, which no request lasts. */
export const copyTried = async (message: unknown, { table, imports }: Services): Promise<void> => {
  const { account, job: id } = v.parse(OfJob, message);
  const job = await table.get(jobs, { account, id });
  if (job?.status !== 'waiting_for_upload' || job.dryRun === undefined) return;
  const tried = await table.get(jobs, { account, id: job.dryRun });
  // Where the file is gone since it was asked for, the job expires.
  if (tried) await imports().copy({ key: tried.key, version: tried.version }, job.key);
};

/** Fails an import of what was tried whose file could not be copied. */
export const failCopy = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { account, job: id } = v.parse(OfJob, message);
  const job = await services.table.get(jobs, { account, id });
  if (job?.status !== 'waiting_for_upload') return 'over';
  return (await endAsFailed(job, reason, services)) ? 'failed' : failCopy(message, reason, services);
};

/** Waits for the copy again. */
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
  if (!done) throw new ApiError('conflict', { detail: 'The import has just gone on. Look at it again.' });
  await services.queue().send({ kind: COPY_TRIED, account: job.account, job: job.id });
  return next;
};

const awaited = (
  { kind, name, size, isDryRun }: Pick<Job, 'kind' | 'size'> & { readonly name: string; readonly isDryRun: boolean },
  { account, now, newId }: Reach,
): Job & { readonly uploadUntil: string } => {
  const time = now();
  const id = newId(time);
  return {
    account,
    id,
    key: `${isDryRun ? dryRunFolder : ''}${kind}/${account}/${UPLOADS}/${id}/${name}`,
    etag: '',
    size,
    kind,
    ...(isDryRun && { isDryRun }),
    status: 'waiting_for_upload',
    uploadUntil: new Date(time.getTime() + UPLOAD_SECONDS * 1_000).toISOString(),
    createdAt: time.toISOString(),
    counts: noCounts,
    starts: 0,
    expiresAt: Math.floor(time.getTime() / 1_000) + KEPT_DAYS * DAY_SECONDS,
  };
};

/** The job that a key was given out for, if it was. */
export const awaitedIn = (key: string): string | undefined => {
  const [, folder, id] = key.split('/').slice(-4);
  return folder === UPLOADS ? id : undefined;
};

const UPLOADS = 'uploads';

/**
 * Gives a file that was waited for to its job. False where none waits for it. The first that comes is the one, however
 * often it is told of.
 */
export const takeAwaited = async (
  { key, versionId, etag, size }: UploadedObject,
  account: string,
  { table, queue }: Pick<Services, 'table' | 'queue'>,
): Promise<boolean> => {
  const id = awaitedIn(key);
  if (id === undefined) return false;
  const job = await table.get(jobs, { account, id });
  if (job?.key !== key) return false;
  const set = { status: 'queued', etag, size, ...(versionId && { version: versionId }) } as const;
  const { completedAt: _, ...open } = job;
  const condition: Condition = {
    any: [
      hasStatus('waiting_for_upload'),
      hasStatus('expired'),
      // Its copy was given up, and came all the same.
      { all: [hasStatus('failed'), { attribute: 'etag', is: '=', value: '' }] },
    ],
  };
  const change = { value: { ...open, ...set }, set, remove: ['completedAt'], condition };
  const written = await table.write(update(jobs, job, change));
  const stored = written.done ? undefined : written.existing && jobs.fromItem(written.existing);
  // A notice that died before the message is told again.
  const isOurs = written.done || (stored?.status === 'queued' && stored.etag === etag && stored.version === versionId);
  // What is only tried mends nothing.
  if (isOurs && job.mends !== undefined && !job.isDryRun)
    await table.write(update(jobs, { account, id: job.mends }, { set: { mendedBy: id } }));
  if (isOurs) await queue().send({ kind: 'import', account, job: id });
  return true;
};

const hasStatus = (value: Job['status']): Condition => ({ attribute: 'status', is: '=', value });

export const UPLOAD_IS_DUE = 'upload-is-due';
const OfJob = v.object({ account: v.string(), job: v.string() });

/** Has the job expire when its time is over. */
export const expireLater = async (
  { account, id, uploadUntil = '' }: Pick<Job, 'account' | 'id' | 'uploadUntil'>,
  { queue, now }: Pick<Reach, 'queue' | 'now'>,
): Promise<void> => queue().send({ kind: UPLOAD_IS_DUE, account, job: id }, { at: new Date(uploadUntil), now: now() });

/** Ends a job whose file never came. Should it come yet, since its upload was begun in time, it is imported all the same. */
export const expireUpload = async (message: unknown, services: Services): Promise<void> =>
  expire(message, services, (job) => endOfErasedName(job, services));

const expire = async (
  message: unknown,
  services: Services,
  endOf: (job: Job) => Promise<Partial<Job>>,
): Promise<void> => {
  const { account, job: id } = v.parse(OfJob, message);
  const job = await services.table.get(jobs, { account, id });
  if (job?.status !== 'waiting_for_upload' || job.uploadUntil === undefined) return;
  const time = services.now().toISOString();
  if (time < job.uploadUntil) return expireLater(job, services);
  const set = { ...(await endOf(job)), status: 'expired', completedAt: time } as const;
  await services.table.write(
    update(jobs, job, { value: { ...job, ...set }, set, condition: hasStatus('waiting_for_upload') }),
  );
};

/** The notice of an upload that a job waits for was given up: the job has failed, and knows its file now. */
export const failAwaited = async (
  { key, versionId, etag, size }: UploadedObject,
  { account, reason }: { readonly account: string; readonly reason: string },
  services: Services,
): Promise<FailOutcome | undefined> => {
  const id = awaitedIn(key);
  const job = id === undefined ? undefined : await services.table.get(jobs, { account, id });
  if (!job || job.key !== key) return undefined;
  if (job.status === 'queued') {
    // Its file came, and the message that was to follow may be what could not be sent.
    await services.queue().send({ kind: 'import', account, job: job.id });
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

/** The message that ends a job whose file never came was given up: it is ended here. */
export const failExpiry = async (message: unknown, _: string, services: Services): Promise<FailOutcome> => {
  // Whoever ends what was given up may not remove files.
  await expire(message, services, async () => ({}));
  return 'over';
};
