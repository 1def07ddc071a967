import { Duration } from 'aws-cdk-lib';
import { type Bucket, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ARCHIVE } from '../../functions/archive/place.ts';
import type { Settings } from '../settings.ts';
import { keptBucket } from './kept-bucket.ts';

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
    const { archiveRetentionDays } = settings;
    this.bucket = keptBucket(this, {
      settings,
      lifecycleRules: [
        {
          id: 'events',
          prefix: ARCHIVE,
          // S3 leaves those below 128 KB where they are, for which that class costs more.
          transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(90) }],
          ...(archiveRetentionDays && { expiration: Duration.days(archiveRetentionDays) }),
        },
        { id: 'answers', prefix: ANSWERS, expiration: Duration.days(7) },
      ],
    });
  }
}
