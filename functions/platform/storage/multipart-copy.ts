import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { inParallel } from '../parallel.ts';

/** S3 takes so many parts, each of up to 5 GB. */
const MAX_PARTS = 10_000;
/** S3 copies a part at some 50 to 100 MB/s, and many at once. */
const PARALLEL = 32;

interface Place {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string | undefined;
}

interface Original {
  /** As `CopySource` names it. */
  readonly source: string;
  /** Nothing else is copied, should it be written over meanwhile. */
  readonly etag: string | undefined;
  readonly bytes: number;
  readonly partBytes: number;
}

/** Copies an object that is too large for one request. Leaves nothing where it fails; a lifecycle rule of the bucket removes what a killed process leaves. */
export const copyParts = async (
  client: S3Client,
  { ContentType, ...place }: Place,
  { source, etag, bytes, partBytes }: Original,
): Promise<void> => {
  const size = Math.max(partBytes, Math.ceil(bytes / MAX_PARTS));
  const starts = Array.from({ length: Math.ceil(bytes / size) }, (_, i) => i * size);
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...place, ContentType }));
  try {
    const Parts = await inParallel(starts, PARALLEL, async (start, i) => {
      const PartNumber = i + 1;
      const CopySourceRange = `bytes=${start}-${Math.min(start + size, bytes) - 1}`;
      const part = { ...place, UploadId, PartNumber, CopySource: source, CopySourceRange, CopySourceIfMatch: etag };
      const { CopyPartResult } = await client.send(new UploadPartCopyCommand(part));
      return { PartNumber, ETag: CopyPartResult?.ETag };
    });
    await client.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => undefined);
    throw error;
  }
};
