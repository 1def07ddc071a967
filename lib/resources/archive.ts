import { Duration } from 'aws-cdk-lib';
import { type Bucket, StorageClass } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ARCHIVE_PREFIX } from '../../functions/domains/archive/keys.ts';
import { LAMBDA_SET_ASIDE, SET_ASIDE } from '../../functions/platform/changes/set-aside.ts';
import type { Settings } from '../settings/settings.ts';
import { bucketGrants, exportBucket } from './bucket.ts';
import { retainedBucket } from './buckets/retained-bucket.ts';
import type { HostedResource } from './resource.ts';

interface ArchiveBucketProps {
  readonly settings: Settings;
}

/** The folder for results of Athena queries. */
export const QUERY_RESULTS = 'answers/';

const CHEAPER_AFTER_DAYS = 90;
/** S3 bills the class for infrequent access for at least these days. */
const CHEAPER_MIN_DAYS = 30;

/** S3 does not move objects below 128 KB, which would cost more in that class. */
const toCheaperClass = {
  storageClass: StorageClass.INFREQUENT_ACCESS,
  transitionAfter: Duration.days(CHEAPER_AFTER_DAYS),
};

/** Whether moving objects saves money. S3 refuses a rule whose objects expire before they move. */
const isWorthMoving = (retentionDays: number | undefined): boolean =>
  retentionDays === undefined || retentionDays >= CHEAPER_AFTER_DAYS + CHEAPER_MIN_DAYS;

/** The bucket of archived events. */
class ArchiveBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings }: ArchiveBucketProps) {
    super(scope, id);
    const { archiveRetentionDays } = settings;
    this.bucket = retainedBucket(this, {
      settings,
      lifecycleRules: [
        {
          id: 'events',
          prefix: ARCHIVE_PREFIX,
          transitions: isWorthMoving(archiveRetentionDays) ? [toCheaperClass] : [],
          ...(archiveRetentionDays && { expiration: Duration.days(archiveRetentionDays) }),
        },
        { id: 'answers', prefix: QUERY_RESULTS, expiration: Duration.days(7) },
        // Changes of the table that could not be sent on, for people to inspect.
        { id: 'set-aside', prefix: SET_ASIDE, expiration: Duration.days(14) },
        { id: 'set-aside-by-lambda', prefix: LAMBDA_SET_ASIDE, expiration: Duration.days(14) },
      ],
    });
  }
}

export const archive: HostedResource<'archive', Bucket> = {
  client: 'platform/storage/bucket.ts',
  construct: (stack, { settings }) => exportBucket(new ArchiveBucket(stack, 'Archive', { settings }).bucket),
  environment: ({ bucketName }) => ({ ARCHIVE_BUCKET: bucketName }),
  ...bucketGrants,
};
