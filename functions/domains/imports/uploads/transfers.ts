import * as v from 'valibot';
import type { Services } from '../../../platform/resources/services.ts';
import { unquoteEtag } from '../../../platform/storage/etag.ts';
import type { FailOutcome, TransferredFile, UploadedObject } from '../../../platform/workers/trigger.ts';
import { findAccount } from '../../accounts/actions.ts';
import type { Job } from '../jobs/job.ts';
import { hasMapping } from '../mappings/beside.ts';
import { isMapping } from '../names/suffixes.ts';
import { sftpPlace } from '../places/sftp.ts';
import { takeMapping } from './late-mapping.ts';
import { makeJob } from './uploads.ts';

/**
 * A file that came by SFTP is imported when the server says that it came whole, or when it got the name that it was to
 * have. One that broke off lies in the bucket all the same, cut anywhere: it has a job that has failed, so that whoever
 * sent it can see why.
 */
export const takeTransferred = async (file: TransferredFile, services: Services): Promise<void> => {
  const found = await services.imports().head(file.key);
  // Gone, renamed or sent again meanwhile: what lies there now has a notice of its own.
  if (!found || (file.bytes !== undefined && found.size !== file.bytes)) return;
  const object = { bucket: file.bucket, key: file.key, ...found, etag: unquoteEtag(found.etag) };
  if (isMapping(file.key)) return takeMappingOf(object, services);
  if (!file.isComplete) {
    await take(object, services, { broken: brokenOff(found.size) });
    return;
  }
  const isMapped = await hasMapping(file.key, services.imports());
  await take(object, services, { waitSeconds: isMapped ? 0 : MAPPING_SECONDS });
};

/** Clients that send a folder send `people.csv` before `people.mapping.json`, and both within a moment. */
const MAPPING_SECONDS = 10;

/** Longer than the server takes to say how an upload ended. SQS delays no longer. */
const LATER_SECONDS = 900;

/** The server's word is best effort, S3's is not: after a while a file is imported without it. */
export const lookLater = async (object: UploadedObject, services: Services): Promise<void> => {
  if (sftpPlace(object.key)) await services.queue().send({ kind: 'sent-by-sftp', ...object }, LATER_SECONDS);
};

const Forgotten = v.object({
  bucket: v.string(),
  key: v.string(),
  versionId: v.optional(v.string()),
  etag: v.string(),
  size: v.number(),
});

/** The job that was made by the server's word, failed ones too, is the one that this upload would make. */
export const takeForgotten = async (message: unknown, services: Services): Promise<void> => {
  const { versionId, ...object } = v.parse(Forgotten, message);
  await take({ ...object, ...(versionId && { versionId }) }, services);
};

/** The server's word was given up. What it spoke of is the import that S3's notice makes too. */
export const failTransferred = async (
  file: TransferredFile,
  reason: string,
  services: Services,
): Promise<FailOutcome> => {
  if (isMapping(file.key)) return 'none';
  const found = await services.imports().head(file.key);
  if (!found || (file.bytes !== undefined && found.size !== file.bytes)) return 'over';
  const object = { bucket: file.bucket, key: file.key, ...found, etag: unquoteEtag(found.etag) };
  const how = file.isComplete ? { reason } : { broken: brokenOff(found.size) };
  return (await take(object, services, how)) ?? 'none';
};

/** S3's notice was given up. */
export const failArrived = async (object: UploadedObject, reason: string, services: Services): Promise<FailOutcome> =>
  (await take(object, services, { reason })) ?? 'none';

export const failForgotten = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { versionId, ...object } = v.parse(Forgotten, message);
  return failArrived({ ...object, ...(versionId && { versionId }) }, reason, services);
};

/** Undefined where the file is nobody's, or not one to import. */
const take = async (
  object: UploadedObject,
  services: Services,
  how: { readonly broken?: string; readonly reason?: string; readonly waitSeconds?: number } = {},
): Promise<FailOutcome | undefined> => {
  const owner = await ownerOf(object.key, services);
  return owner && makeJob(object, { ...owner, ...how }, services);
};

const takeMappingOf = async (object: UploadedObject, services: Services): Promise<void> => {
  const owner = await ownerOf(object.key, services);
  if (owner) await takeMapping(object, owner.account, services);
};

const ownerOf = async (
  key: string,
  services: Services,
): Promise<Pick<Job, 'account' | 'kind' | 'isDryRun'> | undefined> => {
  const place = sftpPlace(key);
  if (!place) return undefined;
  const account = await findAccount(place.account, services);
  if (account) return { account: account.id, kind: place.kind, ...(place.isDryRun && { isDryRun: true }) };
  services.log.warn('a file by SFTP belongs to no account', { user: place.user });
  return undefined;
};

const brokenOff = (bytes: number): string =>
  `The connection broke after ${bytes} bytes, so nothing of it was imported. Send the file again.`;
