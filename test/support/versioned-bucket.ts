import { CreateBucketCommand, HeadObjectCommand, PutBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3';

/** A bucket that keeps versions, as the deployed ones do. */
export const createVersionedBucket = async (s3: S3Client, Bucket: string): Promise<void> => {
  await s3.send(new CreateBucketCommand({ Bucket }));
  await keepVersions(s3, Bucket);
};

export const keepVersions = async (s3: S3Client, Bucket: string): Promise<void> => {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
};

/** The notice that EventBridge sends of an object, with its version where the bucket keeps them. */
export const noticeOf = async (s3: S3Client, Bucket: string, key: string): Promise<string> => {
  const { ETag = '', ContentLength, VersionId } = await s3.send(new HeadObjectCommand({ Bucket, Key: key }));
  const object = { key, size: ContentLength, etag: ETag.replaceAll('"', ''), 'version-id': VersionId };
  return JSON.stringify({ 'detail-type': 'Object Created', detail: { bucket: { name: Bucket }, object } });
};
