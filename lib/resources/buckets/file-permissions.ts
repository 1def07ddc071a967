import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { FileRight, FileUse } from '../../../functions/platform/resources/file-use.ts';

interface Actions {
  readonly onObjects: readonly string[];
  readonly onBucket?: readonly string[];
}

const rights: Readonly<Record<FileRight, Actions>> = {
  // Without the right to list S3 answers 403 for an object that isn't there.
  read: { onObjects: ['GetObject'], onBucket: ['ListBucket'] },
  readVersions: { onObjects: ['GetObjectVersion'] },
  link: { onObjects: ['GetObject'] },
  write: { onObjects: ['PutObject'] },
  writeParts: { onObjects: ['PutObject', 'AbortMultipartUpload'] },
  remove: { onObjects: ['DeleteObject'] },
  erase: { onObjects: ['DeleteObjectVersion'], onBucket: ['ListBucketVersions'] },
};

/** What a function may do to the objects of a bucket, folder by folder. */
export const onFiles = (use: FileUse, bucket: Bucket): PolicyStatement[] =>
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

/** All folders that something may be done in, each once. */
export const foldersIn = (use: FileUse): string[] => [...new Set(Object.values(foldersOf(use)).flat())];

const foldersOf = ({ bucket: _, ...folders }: FileUse): Readonly<Record<string, readonly string[]>> => folders;

const statement = (actions: readonly string[], resources: string[]): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions: actions.map((action) => `s3:${action}`), resources });
