import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CorsRule,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Settings } from '../../settings/settings.ts';

export interface KeptBucketProps {
  readonly settings: Settings;
  readonly lifecycleRules: readonly LifecycleRule[];
  /** What pages may do. @default nothing */
  readonly cors?: readonly CorsRule[];
  /** Where what an access log would say can be found besides. */
  readonly instead?: string;
}

/** A bucket that holds what can't be had again: nobody reads it unasked, and nothing in it is lost by a slip. */
export const keptBucket = (
  scope: Construct,
  { settings, lifecycleRules, cors = [], instead }: KeptBucketProps,
): Bucket => {
  const bucket = new Bucket(scope, 'Bucket', {
    versioned: true,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: settings.protect ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    cors: [...cors],
    lifecycleRules: [
      ...lifecycleRules,
      { id: 'old-versions', noncurrentVersionExpiration: Duration.days(settings.noncurrentVersionDays) },
      {
        id: 'leftovers',
        expiredObjectDeleteMarker: true,
        abortIncompleteMultipartUploadAfter: Duration.days(2),
      },
    ],
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason: [
      'Access logs need a second bucket that grows with every read. CloudTrail data events can be turned on where an audit of reads is wanted',
      ...(instead === undefined ? [] : [instead]),
    ]
      .join('; ')
      .concat('.'),
  });
  return bucket;
};
