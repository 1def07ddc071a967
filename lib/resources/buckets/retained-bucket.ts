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

export interface RetainedBucketProps {
  readonly settings: Settings;
  readonly lifecycleRules: readonly LifecycleRule[];
  /** The CORS rules for pages. @default none */
  readonly cors?: readonly CorsRule[];
  /** What replaces an access log. */
  readonly alternative?: string;
}

/** A bucket for data that cannot be restored: private, encrypted, versioned, and retained with its stack. */
export const retainedBucket = (
  scope: Construct,
  { settings, lifecycleRules, cors = [], alternative }: RetainedBucketProps,
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
      'Access logs need a second bucket that grows with every read. For an audit of reads, enable CloudTrail data events',
      ...(alternative === undefined ? [] : [alternative]),
    ]
      .join('; ')
      .concat('.'),
  });
  return bucket;
};
