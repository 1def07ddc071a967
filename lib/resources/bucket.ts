import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import * as v from 'valibot';
import type { FileUse } from '../../functions/platform/resources/file-use.ts';
import { filePermissions, foldersIn } from './buckets/file-permissions.ts';
import type { Wildcards } from './resource.ts';

/** The permissions on objects, which are the same for every bucket. */
export const bucketGrants = {
  grant: (bucket: Bucket, use: FileUse): PolicyStatement[] => filePermissions(use, bucket),
  wildcards: (bucket: Bucket, { uses }: { readonly uses: readonly FileUse[] }): Wildcards => ({
    names: uses.flatMap(foldersIn).map((folder) => `${exportNameOf(bucket)}/${folder}*`),
    reason: 'The wildcard covers the objects of one folder.',
  }),
};

/**
 * Exports the name and the ARN. CloudFormation removes no export in use, so that no other bucket can replace this one
 * unnoticed.
 */
export const exportBucket = (bucket: Bucket): Bucket => {
  for (const value of [bucket.bucketName, bucket.bucketArn]) Stack.of(bucket).exportValue(value);
  return bucket;
};

/** The export of a bucket's ARN, by which cdk-nag names a wildcard below it. Other wildcards are still reported. */
export const exportNameOf = ({ stack, bucketArn }: Bucket): string =>
  v.parse(v.object({ 'Fn::ImportValue': v.string() }), stack.resolve(stack.exportValue(bucketArn)))['Fn::ImportValue'];
