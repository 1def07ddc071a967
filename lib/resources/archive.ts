import { Duration } from 'aws-cdk-lib';
import { type Bucket, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ARCHIVE } from '../../functions/domains/archive/place.ts';
import { LAMBDA_SET_ASIDE, SET_ASIDE } from '../../functions/platform/changes/set-aside.ts';
import type { Settings } from '../settings/settings.ts';
import { bound, bucketGrants } from './bucket.ts';
import { keptBucket } from './buckets/retained-bucket.ts';
import type { HostedResource } from './resource.ts';

interface ArchiveBucketProps {
  readonly settings: Settings;
}

/** Where Athena leaves what it answered. */
export const ANSWERS = 'answers/';

const CHEAPER_AFTER_DAYS = 90;
/** S3 bills the class for infrequent access for at least so many days. */
const CHEAPER_FOR_DAYS = 30;

/** S3 leaves objects below 128 KB where they are, for which that class costs more. */
const toCheaperClass = {
  storageClass: StorageClass.INFREQUENT_ACCESS,
  transitionAfter: Duration.days(CHEAPER_AFTER_DAYS),
};

/** S3 refuses a rule whose objects end before they move, and to move them for less than 30 days costs more than it saves. */
const isCheaperLater = (retentionDays: number | undefined): boolean =>
  retentionDays === undefined || retentionDays >= CHEAPER_AFTER_DAYS + CHEAPER_FOR_DAYS;

/** Every event, for as long as the owner likes. */
class ArchiveBucket extends Construct {
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
          transitions: isCheaperLater(archiveRetentionDays) ? [toCheaperClass] : [],
          ...(archiveRetentionDays && { expiration: Duration.days(archiveRetentionDays) }),
        },
        { id: 'answers', prefix: ANSWERS, expiration: Duration.days(7) },
        // Of changes of the table that could not be handed on, for people to look at.
        { id: 'set-aside', prefix: SET_ASIDE, expiration: Duration.days(14) },
        { id: 'set-aside-by-lambda', prefix: LAMBDA_SET_ASIDE, expiration: Duration.days(14) },
      ],
    });
  }
}

export const archive: HostedResource<'archive', Bucket> = {
  client: 'platform/storage/bucket.ts',
  construct: (stack, { settings }) => bound(new ArchiveBucket(stack, 'Archive', { settings }).bucket),
  environment: ({ bucketName }) => ({ ARCHIVE_BUCKET: bucketName }),
  ...bucketGrants,
};
