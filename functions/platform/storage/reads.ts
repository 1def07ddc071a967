import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  NoSuchKey,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Files } from './files.ts';
import { headObject } from './head.ts';

export const openReads = (client: S3Client, bucket: string): Pick<Files, 'read' | 'readText' | 'head' | 'list'> => ({
  async read(Key, { start, end, version, etag }) {
    if (end !== undefined && end <= start) return Readable.from([]);
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key,
      Range: `bytes=${start}-${end === undefined ? '' : end - 1}`,
      ...(version && { VersionId: version }),
      ...(etag && { IfMatch: `"${etag.replaceAll('"', '')}"` }),
    });
    const output = await client.send(command).catch((error: unknown) => {
      // S3 rejects every range of an empty object, even one from its start. Any other rejection is a bug.
      if (start === 0 && error instanceof S3ServiceException && error.name === 'InvalidRange') return undefined;
      throw error;
    });
    return output ? rangeOf(output, start, end) : Readable.from([]);
  },

  async readText(Key) {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },

  async head(key, version) {
    const head = await headObject(client, { bucket, key, version });
    return (
      head && {
        size: head.ContentLength ?? 0,
        etag: head.ETag ?? '',
        ...(head.VersionId && { versionId: head.VersionId }),
        ...(head.LastModified && { modified: head.LastModified }),
        ...(head.Metadata && { metadata: head.Metadata }),
      }
    );
  },

  async list(Prefix, after) {
    const { Contents = [] } = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix, ...(after && { StartAfter: after }) }),
    );
    return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
  },
});

const rangeOf = (
  { Body, ContentRange }: Pick<GetObjectCommandOutput, 'Body' | 'ContentRange'>,
  start: number,
  end: number | undefined,
): Readable => {
  if (!(Body instanceof Readable)) return Readable.from([]);
  // RFC 9110 allows a server to ignore the range, and some S3 implementations do so for a version.
  return ContentRange === undefined ? Readable.from(cutRange(Body, start, end)) : Body;
};

async function* cutRange(whole: Readable, start: number, end = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const chunk of whole) {
    const bytes = Buffer.from(chunk);
    const part = bytes.subarray(Math.max(start - at, 0), Math.max(end - at, 0));
    at += bytes.length;
    if (part.length > 0) yield part;
    if (at >= end) break;
  }
}
