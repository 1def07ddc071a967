import * as v from 'valibot';
import type { Services } from '../../../platform/resources/services.ts';
import { unquoteEtag } from '../../../platform/storage/etag.ts';
import type { FailOutcome, TransferredFile, UploadedObject } from '../../../platform/workers/trigger.ts';
import { findAccount } from '../../accounts/actions.ts';
import type { Job } from '../jobs/job.ts';
import { hasMapping } from '../mappings/mapping-file.ts';
import { isMapping } from '../names/suffixes.ts';
import { sftpPlace } from '../places/sftp.ts';
import { takeMapping } from './late-mapping.ts';
import { makeJob } from './uploads.ts';

/**
 * A file sent by SFTP is imported when the server reports a complete upload, or a rename to its final name. An
 * interrupted upload also leaves an object. It gets a failed job, so that its sender sees the reason.
 */
export const importTransferred = async (file: TransferredFile, services: Services): Promise<void> => {
  const found = await services.imports().head(file.key);
  // Deleted, renamed or replaced meanwhile: the current object has its own notification.
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

/** Clients that send a folder send `people.csv` shortly before `people.mapping.json`. */
const MAPPING_SECONDS = 10;

/** Longer than the server takes to report the end of an upload. SQS's longest delay. */
const LATER_SECONDS = 900;

/** Events of the SFTP server are best effort, those of S3 are not: after a delay a file is imported without them. */
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

/** Whether the server's event has created the job of this upload, also a failed one. */
export const importUnannounced = async (message: unknown, services: Services): Promise<void> => {
  const { versionId, ...object } = v.parse(Forgotten, message);
  await take({ ...object, ...(versionId && { versionId }) }, services);
};

/** Handles a dead-lettered event of the SFTP server. S3's notification creates the same job. */
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

/** Handles a dead-lettered notification of S3. */
export const failArrived = async (object: UploadedObject, reason: string, services: Services): Promise<FailOutcome> =>
  (await take(object, services, { reason })) ?? 'none';

export const failForgotten = async (message: unknown, reason: string, services: Services): Promise<FailOutcome> => {
  const { versionId, ...object } = v.parse(Forgotten, message);
  return failArrived({ ...object, ...(versionId && { versionId }) }, reason, services);
};

/** Undefined if the file belongs to no account, or is not to be imported. */
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
  `The connection broke after ${bytes} bytes, so nothing was imported. Send the file again.`;
