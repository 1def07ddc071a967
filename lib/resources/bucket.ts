import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import * as v from 'valibot';
import type { FileUse } from '../../functions/platform/resources/file-use.ts';
import { foldersIn, onFiles } from './buckets/file-permissions.ts';
import type { Stars } from './resource.ts';

/** What functions may do to the objects of a bucket: the same for every one. */
export const bucketGrants = {
  grant: (bucket: Bucket, use: FileUse): PolicyStatement[] => onFiles(use, bucket),
  stars: (bucket: Bucket, { uses }: { readonly uses: readonly FileUse[] }): Stars => ({
    names: uses.flatMap(foldersIn).map((folder) => `${exportOf(bucket)}/${folder}*`),
    reason: 'The star stands for the objects of one folder.',
  }),
};

/**
 * The name and the ARN are exported whoever reads them: CloudFormation removes no export in use, and no other bucket is
 * to take the place of this one unnoticed.
 */
export const bound = (bucket: Bucket): Bucket => {
  for (const value of [bucket.bucketName, bucket.bucketArn]) Stack.of(bucket).exportValue(value);
  return bucket;
};

/** A wildcard is acknowledged by the name of the one resource it is below, so that any other one is still reported. */
export const exportOf = ({ stack, bucketArn }: Bucket): string =>
  v.parse(v.object({ 'Fn::ImportValue': v.string() }), stack.resolve(stack.exportValue(bucketArn)))['Fn::ImportValue'];
