import * as v from 'valibot';
import { findAccount } from '../accounts/actions.ts';
import type { Services } from '../context.ts';
import type { TransferredFile, UploadedObject } from '../triggers/trigger.ts';
import { sftpPlace } from './sftp-place.ts';
import { makeJob } from './uploads.ts';

/**
 * A file that came by SFTP is imported when the server says that it came whole, or when it got the name that it was to
 * have. One that broke off lies in the bucket all the same, cut anywhere: it has a job that has failed, so that whoever
 * sent it can see why.
 */
export const takeTransferred = async (file: TransferredFile, services: Services): Promise<void> => {
  const found = await services.imports().head(file.key);
  // Gone, renamed or sent again meanwhile: what lies there now is told of on its own.
  if (!found || (file.bytes !== undefined && found.size !== file.bytes)) return;
  const object = { bucket: file.bucket, key: file.key, ...found, etag: found.etag.replaceAll('"', '') };
  await take(object, services, file.isWhole ? undefined : brokenOff(found.size));
};

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

const take = async (object: UploadedObject, services: Services, error?: string): Promise<void> => {
  const place = sftpPlace(object.key);
  if (!place) return;
  const account = await findAccount(place.account, services);
  if (!account) {
    services.log.warn('a file by SFTP belongs to no account', { user: place.user });
    return;
  }
  await makeJob(object, { account: account.id, kind: place.kind, ...(error !== undefined && { error }) }, services);
};

const brokenOff = (bytes: number): string =>
  `The connection broke after ${bytes} bytes, so nothing of it was imported. Send the file again.`;
