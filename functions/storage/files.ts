import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';

export interface FileInfo {
  readonly size: number;
  readonly etag: string;
  readonly versionId?: string;
}

/** One bucket. A `version` names one state of a key, whatever is put over it later. */
export interface Files {
  /** The bytes from `start` up to, not including, `end`. */
  read(
    key: string,
    range: { readonly start: number; readonly end?: number; readonly version?: string },
  ): Promise<Readable>;
  /** Undefined where there is no such object. */
  readText(key: string): Promise<string | undefined>;
  head(key: string, version?: string): Promise<FileInfo | undefined>;
  write(key: string, body: string | Buffer, contentType: string): Promise<void>;
  /** Keys in their order, at most a thousand. */
  list(prefix: string, after?: string): Promise<string[]>;
  remove(key: string): Promise<void>;
}

export const openFiles = (
  Bucket: string,
  { addressing, ...config }: S3ClientConfig & { readonly addressing: 'host' | 'path' },
): Files => {
  const client = new S3Client({ forcePathStyle: addressing === 'path', maxAttempts: 4, ...config });

  return {
    async read(Key, { start, end, version }) {
      const Range = `bytes=${start}-${end === undefined ? '' : end - 1}`;
      const { Body, ContentRange } = await client.send(
        new GetObjectCommand({ Bucket, Key, Range, ...(version && { VersionId: version }) }),
      );
      if (!(Body instanceof Readable)) return Readable.from([]);
      // RFC 9110 lets a server answer with the whole, and some stores do so for a version.
      return ContentRange === undefined ? Readable.from(cut(Body, start, end)) : Body;
    },

    async readText(Key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        return (await Body?.transformToString()) ?? '';
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async head(Key, version) {
      try {
        const found = await client.send(new HeadObjectCommand({ Bucket, Key, ...(version && { VersionId: version }) }));
        return {
          size: found.ContentLength ?? 0,
          etag: found.ETag ?? '',
          ...(found.VersionId && { versionId: found.VersionId }),
        };
      } catch (error) {
        if (error instanceof NotFound || error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async write(Key, Body, ContentType) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
    },

    async list(Prefix, after) {
      const { Contents = [] } = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix, ...(after && { StartAfter: after }) }),
      );
      return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    },

    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
  };
};

async function* cut(whole: Readable, start: number, end = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const chunk of whole) {
    const bytes = Buffer.from(chunk);
    const part = bytes.subarray(Math.max(start - at, 0), Math.max(end - at, 0));
    at += bytes.length;
    if (part.length > 0) yield part;
    if (at >= end) break;
  }
}
