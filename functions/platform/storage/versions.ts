import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Files, FileVersion } from './files.ts';

export const openVersions = (client: S3Client, Bucket: string): Pick<Files, 'versions' | 'removeVersion'> => ({
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
      versions.push(...(page.Versions ?? []).map(toVersion(false)), ...(page.DeleteMarkers ?? []).map(toVersion(true)));
      if (!page.IsTruncated) return { versions, isLast: true };
      KeyMarker = page.NextKeyMarker;
      VersionIdMarker = page.NextVersionIdMarker;
      // Only the last key can be incomplete: the next request lists its versions again.
      const completeVersions = versions.filter(({ key }) => key !== KeyMarker);
      if (completeVersions.length > 0) return { versions: completeVersions, isLast: false };
    }
  },

  async removeVersion(Key, VersionId) {
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  },
});

interface ListedVersion {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly ETag?: string | undefined;
  readonly IsLatest?: boolean | undefined;
  readonly LastModified?: Date | undefined;
}

const toVersion =
  (isDeleteMarker: boolean) =>
  ({
    Key = '',
    VersionId = 'null',
    ETag = '',
    IsLatest = false,
    LastModified = new Date(0),
  }: ListedVersion): FileVersion => ({
    key: Key,
    versionId: VersionId,
    etag: ETag.replaceAll('"', ''),
    isCurrent: IsLatest,
    isDeleteMarker,
    modified: LastModified,
  });
