import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** S3 accepts 10,000 parts of at least 5 MB, except for the last. This size allows 80 GB. */
const PART_BYTES = 8 * 1024 * 1024;

interface Target {
  readonly Bucket: string;
  readonly Key: string;
}

interface ContentOptions {
  readonly ContentType: string;
  readonly Metadata?: Record<string, string>;
}

/**
 * Uploads a stream in parts, or in one request if it fits into one part. Aborts the upload on failure; a lifecycle rule
 * of the bucket removes what a killed process leaves behind.
 */
export const uploadParts = async (
  client: S3Client,
  { ContentType, Metadata = {}, ...target }: Target & ContentOptions,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> => {
  const parts = splitIntoParts(pieces);
  const first = await parts.next();
  const second = await parts.next();
  if (first.done || second.done) {
    await client.send(new PutObjectCommand({ ...target, ContentType, Metadata, Body: first.value ?? '' }));
    return;
  }
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...target, ContentType, Metadata, ChecksumAlgorithm: 'CRC32' }),
  );
  const Parts: CompletedPart[] = [];
  try {
    for await (const Body of prependTo([first.value, second.value], parts)) {
      const PartNumber = Parts.length + 1;
      const part = new UploadPartCommand({ ...target, UploadId, PartNumber, Body, ChecksumAlgorithm: 'CRC32' });
      // S3 requires each part's checksum again when it completes the upload.
      const { ETag, ChecksumCRC32 } = await client.send(part);
      Parts.push({ PartNumber, ETag, ChecksumCRC32 });
    }
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  }
};

async function* splitIntoParts(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pending: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    pending.push(piece);
    bytes += piece.length;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(pending);
    pending = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(pending);
}

async function* prependTo(first: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}
