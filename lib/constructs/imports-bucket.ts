import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

export interface ImportsBucketProps {
  readonly settings: Settings;
}

/** Where people drop files, and where reports about them are put. Every change of an object goes to EventBridge. */
export class ImportsBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings }: ImportsBucketProps) {
    super(scope, id);
    const { protect, uploadRetentionDays, reportRetentionDays, noncurrentVersionDays } = settings;
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [
        { id: 'uploads', expiration: Duration.days(uploadRetentionDays) },
        { id: 'reports', prefix: 'reports/', expiration: Duration.days(reportRetentionDays) },
        // Removed when the import is over; what an import left that was given up goes too.
        { id: 'work', prefix: 'work/', expiration: Duration.days(reportRetentionDays) },
        { id: 'old-versions', noncurrentVersionExpiration: Duration.days(noncurrentVersionDays) },
        {
          id: 'leftovers',
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(2),
        },
      ],
    });
    publishToEventBridge(this.bucket);
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Access logs need a second bucket that grows with every read. CloudTrail data events can be turned on where an audit of reads is wanted; what became of each file is in its import job.',
    });
  }
}

/** `eventBridgeEnabled` of the L2 needs a custom resource: a Lambda of CDK's own, only to set one property that CloudFormation has. */
const publishToEventBridge = ({ node: { defaultChild } }: Bucket): void => {
  if (!(defaultChild instanceof CfnBucket)) throw new Error('A Bucket is made of a CfnBucket.');
  defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
};
