import * as v from 'valibot';
import type { TransferredFile, UploadedObject } from './trigger.ts';

/** EventBridge's event for a new object in S3: docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export const ObjectCreated = v.pipe(
  v.object({
    'detail-type': v.literal('Object Created'),
    detail: v.object({
      bucket: v.object({ name: v.string() }),
      object: v.object({
        key: v.string(),
        size: v.optional(v.number(), 0),
        etag: v.optional(v.string(), ''),
        'version-id': v.optional(v.string()),
      }),
    }),
  }),
  v.transform(
    ({ detail: { bucket, object } }): UploadedObject => ({
      bucket: bucket.name,
      key: object.key,
      etag: object.etag,
      size: object.size,
      ...(object['version-id'] && { versionId: object['version-id'] }),
    }),
  ),
);

export const transferDetailTypes = [
  'SFTP Server File Upload Completed',
  'SFTP Server File Upload Failed',
  'SFTP Server File Rename Completed',
] as const;

/**
 * EventBridge's events for files on the SFTP server:
 * docs.aws.amazon.com/transfer/latest/userguide/events-detail-reference.html
 */
export const FileTransferred = v.pipe(
  v.object({
    'detail-type': v.picklist(transferDetailTypes),
    detail: v.object({
      'status-code': v.optional(v.string()),
      'file-path': v.optional(v.string()),
      'renamed-file-path': v.optional(v.string()),
      bytes: v.optional(v.number()),
    }),
  }),
  v.transform(({ 'detail-type': type, detail }): TransferredFile => {
    const [, bucket = '', ...key] = (detail['renamed-file-path'] ?? detail['file-path'] ?? '').split('/');
    const isRename = type === 'SFTP Server File Rename Completed';
    return {
      bucket,
      key: key.join('/'),
      isComplete: type !== 'SFTP Server File Upload Failed',
      ...(detail.bytes !== undefined && !isRename && { bytes: detail.bytes }),
    };
  }),
);
