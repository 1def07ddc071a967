import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ARCHIVE } from '../../functions/archive/place.ts';
import type { Settings } from '../settings.ts';

export interface ArchiveBucketProps {
  readonly settings: Settings;
}

/** Where Athena leaves what it answered. */
export const ANSWERS = 'answers/';

/** Every event, for as long as the owner likes. */
export class ArchiveBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings }: ArchiveBucketProps) {
    super(scope, id);
    const { protect, archiveRetentionDays, noncurrentVersionDays } = settings;
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [
        {
          id: 'events',
          prefix: ARCHIVE,
          // S3 leaves those below 128 KB where they are, for which that class costs more.
          transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(90) }],
          ...(archiveRetentionDays && { expiration: Duration.days(archiveRetentionDays) }),
        },
        { id: 'answers', prefix: ANSWERS, expiration: Duration.days(7) },
        { id: 'old-versions', noncurrentVersionExpiration: Duration.days(noncurrentVersionDays) },
        {
          id: 'leftovers',
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(2),
        },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Access logs need a second bucket that grows with every read. CloudTrail data events can be turned on where an audit of reads is wanted.',
    });
  }
}
