import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { FileRight, FileUse } from '../../../functions/platform/resources/file-use.ts';

interface Actions {
  readonly onObjects: readonly string[];
  readonly onBucket?: readonly string[];
}

const rights: Readonly<Record<FileRight, Actions>> = {
  // Without the permission to list, S3 returns 403 for a missing object.
  read: { onObjects: ['GetObject'], onBucket: ['ListBucket'] },
  readVersions: { onObjects: ['GetObjectVersion'] },
  link: { onObjects: ['GetObject'] },
  write: { onObjects: ['PutObject'] },
  writeParts: { onObjects: ['PutObject', 'AbortMultipartUpload'] },
  remove: { onObjects: ['DeleteObject'] },
  erase: { onObjects: ['DeleteObjectVersion'], onBucket: ['ListBucketVersions'] },
};

/** The permissions of a use on the objects of a bucket, by folder. */
export const filePermissions = (use: FileUse, bucket: Bucket): PolicyStatement[] =>
  Object.entries(rights).flatMap(([right, { onObjects, onBucket = [] }]) => {
    const folders = foldersOf(use)[right] ?? [];
    if (folders.length === 0) return [];
    return [
      statement(
        onObjects,
        folders.map((folder) => bucket.arnForObjects(`${folder}*`)),
      ),
      ...(onBucket.length > 0 ? [statement(onBucket, [bucket.bucketArn])] : []),
    ];
  });

/** The folders of a use, without duplicates. */
export const foldersIn = (use: FileUse): string[] => [...new Set(Object.values(foldersOf(use)).flat())];

const foldersOf = ({ bucket: _, ...folders }: FileUse): Readonly<Record<string, readonly string[]>> => folders;

const statement = (actions: readonly string[], resources: string[]): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions: actions.map((action) => `s3:${action}`), resources });
