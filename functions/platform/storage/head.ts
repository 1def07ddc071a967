import { HeadObjectCommand, NoSuchKey, NotFound, type S3Client } from '@aws-sdk/client-s3';

/** Returns undefined if the object or version does not exist. */
export const headObject = async (
  client: S3Client,
  {
    bucket: Bucket,
    key: Key,
    version,
  }: { readonly bucket: string; readonly key: string; readonly version?: string | undefined },
) => {
  try {
    return await client.send(new HeadObjectCommand({ Bucket, Key, ...(version && { VersionId: version }) }));
  } catch (error) {
    if (error instanceof NotFound || error instanceof NoSuchKey) return undefined;
    throw error;
  }
};
