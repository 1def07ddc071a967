import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Files } from './files.ts';
import { headObject } from './head.ts';
import { copyParts } from './multipart-copy.ts';
import { uploadParts } from './multipart-upload.ts';

interface Options {
  readonly bucket: string;
  readonly copyBytes: number;
}

export const openWrites = (
  client: S3Client,
  { bucket: Bucket, copyBytes }: Options,
): Pick<Files, 'write' | 'writeStream' | 'copy' | 'remove'> => ({
  async write(Key, Body, ContentType, Metadata) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, ...(Metadata && { Metadata }) }));
  },

  async writeStream(Key, pieces, ContentType, Metadata) {
    await uploadParts(client, { Bucket, Key, ContentType, ...(Metadata && { Metadata }) }, pieces);
  },

  async copy({ key, version }, Key) {
    const source = `${Bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
    const CopySource = version === undefined ? source : `${source}?versionId=${version}`;
    const original = await headObject(client, { bucket: Bucket, key, version });
    if (!original) return false;
    const { ContentLength: bytes = 0, ContentType, ETag: etag } = original;
    // No function has permission to copy tags, and S3 would reject a copy with them.
    if (bytes <= copyBytes)
      await client.send(new CopyObjectCommand({ Bucket, Key, CopySource, TaggingDirective: 'REPLACE' }));
    else {
      const parts = { source: CopySource, etag, bytes, partBytes: copyBytes };
      await copyParts(client, { Bucket, Key, ContentType }, parts);
    }
    return true;
  },

  async remove(Key) {
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  },
});
