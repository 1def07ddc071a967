import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** S3 takes 10,000 parts, none but the last of less than 5 MB: this makes for 80 GB. */
const PART_BYTES = 8 * 1024 * 1024;

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

interface Written {
  readonly ContentType: string;
  readonly Metadata?: Record<string, string>;
}

/** Uploads a stream in parts, or at once where it fits into one. Leaves nothing where it fails; a lifecycle rule of the bucket removes what a killed process leaves. */
export const uploadParts = async (
  client: S3Client,
  { ContentType, Metadata = {}, ...place }: Place & Written,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> => {
  const parts = inParts(pieces);
  const first = await parts.next();
  const second = await parts.next();
  if (first.done || second.done) {
    await client.send(new PutObjectCommand({ ...place, ContentType, Metadata, Body: first.value ?? '' }));
    return;
  }
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...place, ContentType, Metadata, ChecksumAlgorithm: 'CRC32' }),
  );
  const Parts: CompletedPart[] = [];
  try {
    for await (const Body of startingWith([first.value, second.value], parts)) {
      const PartNumber = Parts.length + 1;
      const part = new UploadPartCommand({ ...place, UploadId, PartNumber, Body, ChecksumAlgorithm: 'CRC32' });
      // S3 asks for the checksum of each again when it puts them together.
      const { ETag, ChecksumCRC32 } = await client.send(part);
      Parts.push({ PartNumber, ETag, ChecksumCRC32 });
    }
    await client.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => undefined);
    throw error;
  }
};

async function* inParts(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let some: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    some.push(piece);
    bytes += piece.length;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(some);
    some = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(some);
}

async function* startingWith(begun: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* begun;
  yield* rest;
}
