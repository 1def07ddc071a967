import { soleAccount } from '../../../model/account.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { unquoteEtag } from '../../../platform/storage/etag.ts';
import type { Files } from '../../../platform/storage/files.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { create, update } from '../../../platform/table/write.ts';
import type { FailOutcome, UploadedObject } from '../../../platform/workers/trigger.ts';
import { listAccounts } from '../../accounts/actions.ts';
import { type Job, jobId, KEPT_DAYS, stateOf } from '../jobs/job.ts';
import { jobs, reportPlaces } from '../jobs/store.ts';
import { isReportKey } from '../names/keys.ts';
import { isMapping } from '../names/suffixes.ts';
import { noCounts } from '../outcomes/counts.ts';
import { placeIn } from '../places/folders.ts';
import { reportPlace } from '../places/report-keys.ts';
import { isOwnReport } from '../reports/report-metadata.ts';
import { reportToSender } from '../reports/sender.ts';
import { importJob } from '../run/jobs.ts';
import { takeMapping } from './late-mapping.ts';
import { failExpected, giveToJob } from './upload-job.ts';

/**
 * Creates the job of an uploaded file once and queues it, however often S3 notifies. If the handler dies before it sends
 * the message, the next notification sends it.
 */
export const startImport =
  (as: Pick<Job, 'kind' | 'isDryRun'>) =>
  async (object: UploadedObject, services: Services): Promise<void> => {
    const account = await accountOf(object.key, services);
    if (isMapping(object.key)) return account === undefined ? undefined : takeMapping(object, account, services);
    if (account === undefined) return refuse(object, services);
    if (await giveToJob(object, account, services)) return;
    await makeJob(object, { account, ...as }, services);
  };

interface Begun extends Pick<Job, 'account' | 'kind' | 'isDryRun'> {
  /** Why the upload is incomplete. */
  readonly broken?: string;
  /** Why its notification could not be handled. */
  readonly reason?: string;
  /** The delay before it is planned. */
  readonly waitSeconds?: number;
}

/**
 * Creates the job of an upload. It has failed already if the upload is incomplete or its notification was dead-lettered.
 * Returns what happened to the job.
 */
export const makeJob = async (
  object: UploadedObject,
  { account, kind, isDryRun, broken, reason, waitSeconds = 0 }: Begun,
  services: Services,
): Promise<FailOutcome> => {
  const error = broken ?? reason;
  if (isReportKey(object.key) && (await isOwnReport(object, services.imports()).catch(unless(reason)))) return 'over';
  const { bucket, key, versionId, etag, size } = object;
  const state = await droppedState(object, services.imports()).catch(unless(reason));
  const id = jobId(bucket, key, state || etag);
  const now = services.now();
  const retried = await retriedJobIn(key, account, services);
  const job: Job = {
    account,
    id,
    key,
    ...(versionId && { version: versionId }),
    etag,
    size,
    kind,
    ...(isDryRun && { isDryRun }),
    ...(retried !== undefined && { mends: retried }),
    ...(error === undefined
      ? { status: 'queued' }
      : { status: 'failed', error, completedAt: now.toISOString(), ...(broken !== undefined && { isPart: true }) }),
    createdAt: now.toISOString(),
    counts: noCounts,
    expiresAt: expiryAfterDays(now, KEPT_DAYS),
  };
  if (error !== undefined) await reportToSender(job, services);
  const written = await services.table.write(create(jobs, job));
  // The retried job may have expired.
  if (retried !== undefined)
    await services.table.write(update(jobs, { account, id: retried }, { set: { mendedBy: id } }));
  const stored = written.done ? job : written.existing && jobs.fromItem(written.existing);
  if (stored?.status === 'queued') await importJob.wake({ account, id }, services, waitSeconds);
  if (stored?.status === 'queued') return 'requeued';
  return written.done ? 'failed' : 'over';
};

/**
 * Identifies the upload of a notification. Without a version the notification has only the content, which may be there
 * for the second time. The current object then identifies it, so that each upload is an import of its own.
 */
const droppedState = async ({ key, versionId, etag }: UploadedObject, files: Pick<Files, 'head'>): Promise<string> => {
  if (versionId !== undefined) return versionId;
  const found = await files.head(key);
  return stateOf(found && unquoteEtag(found.etag) === unquoteEtag(etag) ? found : { etag });
};

/** Once a job is to fail with a reason, another error does not prevent that. */
const unless =
  (reason: string | undefined) =>
  (error: unknown): false => {
    if (reason === undefined) throw error;
    return false;
  };

/** Fails the import of an upload whose notification was dead-lettered. */
export const failUpload =
  (as: Pick<Job, 'kind' | 'isDryRun'>) =>
  async (object: UploadedObject, reason: string, services: Services): Promise<FailOutcome> => {
    const account = await accountOf(object.key, services);
    if (isMapping(object.key) || account === undefined) return 'none';
    const awaited = await failExpected(object, { account, reason }, services);
    return awaited ?? makeJob(object, { account, ...as, reason }, services);
  };

/** The job whose failed rows are, or were, at the key of this file. */
const retriedJobIn = async (key: string, account: string, { table }: Services): Promise<string | undefined> => {
  if (!isReportKey(key)) return undefined;
  return (await table.get(reportPlaces, { account, key: reportPlace(key) }))?.job;
};

/** `profiles/<account>/<file>`, or `profiles/<file>` if the deployment has one account; the same below `dry-run/`. */
const accountOf = async (key: string, services: Services): Promise<string | undefined> => {
  const accounts = await listAccounts(services);
  const [, folder = '', ...rest] = placeIn(key).split('/');
  const named = rest.length > 0 ? accounts.find(({ id }) => id === folder) : undefined;
  return (named ?? soleAccount(accounts))?.id;
};

/** The file name may be a person's name: it goes into the bucket, not into the log. */
const refuse = async ({ key, versionId }: UploadedObject, { imports, log }: Services): Promise<void> => {
  const prefix = key.slice(0, key.indexOf('/', key.length - placeIn(key).length));
  log.warn('upload belongs to no account', { folder: prefix, versionId });
  const text = `This file was not imported: its folder is not the id of an account of this deployment.\nMove it to ${prefix}/<account id>/, such as ${prefix}/AbC123/${key.split('/').at(-1)}\n`;
  await imports().write(`${key}.error.txt`, text, 'text/plain; charset=utf-8');
};
