import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { copyParts } from './copy.ts';
import type { BucketConfig, Files, FileVersion } from './files.ts';
import { uploadParts } from './upload.ts';

/** A connection on which nothing came or went for so long is given up. S3 copies the largest part in a few seconds. */
const requestHandler = { connectionTimeout: 3_000, socketTimeout: 60_000 } as const;

export const openBucket = (
  Bucket: string,
  { addressing, copyBytes = 256 * 1024 * 1024, ...config }: BucketConfig,
): Files => {
  const options = { forcePathStyle: addressing === 'path', maxAttempts: 4, requestHandler, ...config };
  const client = new S3Client(options);

  /** Undefined where there is no such object, or version. */
  const headOf = async (Key: string, version: string | undefined) => {
    try {
      return await client.send(new HeadObjectCommand({ Bucket, Key, ...(version && { VersionId: version }) }));
    } catch (error) {
      if (error instanceof NotFound || error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };

  return {
    bucket: Bucket,
    async read(Key, { start, end, version, etag }) {
      if (end !== undefined && end <= start) return Readable.from([]);
      const Range = `bytes=${start}-${end === undefined ? '' : end - 1}`;
      const asked = new GetObjectCommand({
        Bucket,
        Key,
        Range,
        ...(version && { VersionId: version }),
        ...(etag && { IfMatch: `"${etag.replaceAll('"', '')}"` }),
      });
      const found = await client.send(asked).catch((error: unknown) => {
        // S3 refuses every range of an empty object, that from its beginning too. Any other refusal is a mistake of ours.
        if (start === 0 && error instanceof S3ServiceException && error.name === 'InvalidRange') return undefined;
        throw error;
      });
      if (!found) return Readable.from([]);
      const { Body, ContentRange } = found;
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
      const found = await headOf(Key, version);
      return (
        found && {
          size: found.ContentLength ?? 0,
          etag: found.ETag ?? '',
          ...(found.VersionId && { versionId: found.VersionId }),
          ...(found.LastModified && { modified: found.LastModified }),
          ...(found.Metadata && { metadata: found.Metadata }),
        }
      );
    },

    async write(Key, Body, ContentType, Metadata) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, ...(Metadata && { Metadata }) }));
    },

    async writeStream(Key, pieces, ContentType, Metadata) {
      await uploadParts(client, { Bucket, Key, ContentType, ...(Metadata && { Metadata }) }, pieces);
    },

    async linkTo(Key, { seconds, fileName }) {
      // Nobody but whoever makes links needs it.
      const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
      const ResponseContentDisposition = `attachment; filename="${fileName}"`;
      const asked = new GetObjectCommand({ Bucket, Key, ResponseContentDisposition });
      return getSignedUrl(client, asked, { expiresIn: seconds });
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

    async copy({ key, version }, Key) {
      const source = `${Bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
      const CopySource = version === undefined ? source : `${source}?versionId=${version}`;
      const whole = await headOf(key, version);
      if (!whole) return false;
      const { ContentLength: bytes = 0, ContentType, ETag: etag } = whole;
      // Tags are nobody's business here, and to copy them needs permissions that no function has: S3 refuses the copy then.
      if (bytes <= copyBytes)
        await client.send(new CopyObjectCommand({ Bucket, Key, CopySource, TaggingDirective: 'REPLACE' }));
      else {
        const original = { source: CopySource, etag, bytes, partBytes: copyBytes };
        await copyParts(client, { Bucket, Key, ContentType }, original);
      }
      return true;
    },

    async uploadUrl(Key, { contentType, size, seconds }) {
      const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
      // Otherwise the checksum of an empty body is signed, which no upload has.
      const signing = new S3Client({ ...options, requestChecksumCalculation: 'WHEN_REQUIRED' });
      const headers = { 'content-type': contentType, 'content-length': `${size}`, 'if-none-match': '*' };
      const put = { Bucket, Key, ContentType: contentType, ContentLength: size, IfNoneMatch: '*' };
      const url = await getSignedUrl(signing, new PutObjectCommand(put), {
        expiresIn: seconds,
        signableHeaders: new Set(['host', ...Object.keys(headers)]),
      });
      return { method: 'PUT', url, headers };
    },

    async versions(Prefix, after) {
      const versions: FileVersion[] = [];
      let KeyMarker = after;
      let VersionIdMarker: string | undefined;
      for (;;) {
        const page = await client.send(
          new ListObjectVersionsCommand({
            Bucket,
            Prefix,
            ...(KeyMarker && { KeyMarker }),
            ...(VersionIdMarker && { VersionIdMarker }),
          }),
        );
        versions.push(
          ...(page.Versions ?? []).map(versionOf(false)),
          ...(page.DeleteMarkers ?? []).map(versionOf(true)),
        );
        if (!page.IsTruncated) return { versions, isLast: true };
        KeyMarker = page.NextKeyMarker;
        VersionIdMarker = page.NextVersionIdMarker;
        // All but the last key are here whole; that one is asked for again with those behind it.
        const whole = versions.filter(({ key }) => key !== KeyMarker);
        if (whole.length > 0) return { versions: whole, isLast: false };
      }
    },

    async removeVersion(Key, VersionId) {
      await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    },
  };
};

interface Listed {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly ETag?: string | undefined;
  readonly IsLatest?: boolean | undefined;
  readonly LastModified?: Date | undefined;
}

const versionOf =
  (isRemoval: boolean) =>
  ({ Key = '', VersionId = 'null', ETag = '', IsLatest = false, LastModified = new Date(0) }: Listed): FileVersion => ({
    key: Key,
    versionId: VersionId,
    etag: ETag.replaceAll('"', ''),
    isCurrent: IsLatest,
    isRemoval,
    modified: LastModified,
  });

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
