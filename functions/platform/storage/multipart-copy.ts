import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { inParallel } from '../parallel.ts';

/** S3's limit of parts, each of up to 5 GB. */
const MAX_PARTS = 10_000;
/** S3 copies each part at some 50 to 100 MB/s, and many in parallel. */
const CONCURRENCY = 32;

interface Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string | undefined;
}

interface Source {
  /** In the form of `CopySource`. */
  readonly source: string;
  /** Makes the copy fail if the object is overwritten meanwhile. */
  readonly etag: string | undefined;
  readonly bytes: number;
  readonly partBytes: number;
}

/**
 * Copies an object that is too large for one request. Aborts the upload on failure; a lifecycle rule of the bucket
 * removes what a killed process leaves behind.
 */
export const copyParts = async (
  client: S3Client,
  { ContentType, ...target }: Target,
  { source, etag, bytes, partBytes }: Source,
): Promise<void> => {
  const size = Math.max(partBytes, Math.ceil(bytes / MAX_PARTS));
  const offsets = Array.from({ length: Math.ceil(bytes / size) }, (_, i) => i * size);
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ContentType }));
  try {
    const Parts = await inParallel(offsets, CONCURRENCY, async (start, i) => {
      const PartNumber = i + 1;
      const CopySourceRange = `bytes=${start}-${Math.min(start + size, bytes) - 1}`;
      const part = { ...target, UploadId, PartNumber, CopySource: source, CopySourceRange, CopySourceIfMatch: etag };
      const { CopyPartResult } = await client.send(new UploadPartCopyCommand(part));
      return { PartNumber, ETag: CopyPartResult?.ETag };
    });
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  }
};
