import { S3Client } from '@aws-sdk/client-s3';
import type { BucketConfig, Files } from './files.ts';
import { openReads } from './reads.ts';
import { openSignedUrls } from './signed-urls.ts';
import { openVersions } from './versions.ts';
import { openWrites } from './writes.ts';

/** Closes a connection that is idle for this long. S3 copies the largest part within a few seconds. */
const requestHandler = { connectionTimeout: 3_000, socketTimeout: 60_000 } as const;

export const openBucket = (
  bucket: string,
  { addressing, copyBytes = 256 * 1024 * 1024, ...config }: BucketConfig,
): Files => {
  const options = { forcePathStyle: addressing === 'path', maxAttempts: 4, requestHandler, ...config };
  const client = new S3Client(options);
  return {
    bucket,
    ...openReads(client, bucket),
    ...openWrites(client, { bucket, copyBytes }),
    ...openSignedUrls(client, { bucket, options }),
    ...openVersions(client, bucket),
  };
};
