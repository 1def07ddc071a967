import { Duration } from 'aws-cdk-lib';
import { type Bucket, CfnBucket, type CorsRule, HttpMethods } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { BULK } from '../../functions/domains/bulk-imports/store.ts';
import { kinds } from '../../functions/domains/imports/kinds/names.ts';
import { dryRunFolder, sftpFolder } from '../../functions/domains/imports/places/folders.ts';
import { ACCESS, FILE_DAYS } from '../../functions/domains/privacy/access/job.ts';
import { cors } from '../../functions/platform/http/cors.ts';
import type { Settings } from '../settings/settings.ts';
import { bound, bucketGrants } from './bucket.ts';
import { keptBucket } from './buckets/retained-bucket.ts';
import type { HostedResource } from './resource.ts';

interface ImportsBucketProps {
  readonly settings: Settings;
}

const uploadFolders = [...kinds.map((kind) => `${kind}/`), dryRunFolder, sftpFolder, BULK];

/** Where people drop files, and where reports about them are put. Every change of an object goes to EventBridge. */
class ImportsBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings }: ImportsBucketProps) {
    super(scope, id);
    const { uploadRetentionDays, reportRetentionDays } = settings;
    this.bucket = keptBucket(this, {
      settings,
      lifecycleRules: [
        // By folder: where two rules name an object S3 takes the shorter time, and reports may be kept for longer.
        ...uploadFolders.map((folder) => ({
          id: `uploads-${folder}`,
          prefix: folder,
          expiration: Duration.days(uploadRetentionDays),
        })),
        // Whatever else anybody puts there.
        { id: 'rest', expiration: Duration.days(Math.max(uploadRetentionDays, reportRetentionDays, FILE_DAYS)) },
        { id: 'reports', prefix: 'reports/', expiration: Duration.days(reportRetentionDays) },
        // Removed when the import is over; what an import left that was given up goes too.
        { id: 'work', prefix: 'work/', expiration: Duration.days(reportRetentionDays) },
        {
          id: 'handed-out',
          prefix: ACCESS,
          expiration: Duration.days(FILE_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
        },
      ],
      cors: [uploadsFromPages],
      instead: 'what became of each file is in its import job',
    });
    publishToEventBridge(this.bucket);
  }
}

/**
 * Pages at any origin may upload, as they may call the API: the right to do so is in the signed address, which says what
 * goes where, and no cookie counts. Nothing can be read from a page.
 */
const uploadsFromPages: CorsRule = {
  allowedOrigins: [...cors.allowOrigins],
  allowedMethods: [HttpMethods.PUT],
  // Those of `uploadUrl` that a browser doesn't send by itself.
  allowedHeaders: ['content-type', 'if-none-match'],
  maxAge: 3_600,
};

/** `eventBridgeEnabled` of the L2 needs a custom resource: a Lambda of CDK's own, only to set one property that CloudFormation has. */
const publishToEventBridge = ({ node: { defaultChild } }: Bucket): void => {
  if (!(defaultChild instanceof CfnBucket)) throw new Error('A Bucket is made of a CfnBucket.');
  defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
};

export const imports: HostedResource<'imports', Bucket> = {
  client: 'platform/storage/bucket.ts',
  construct: (stack, { settings }) => bound(new ImportsBucket(stack, 'Imports', { settings }).bucket),
  environment: ({ bucketName }) => ({ IMPORTS_BUCKET: bucketName }),
  ...bucketGrants,
};
