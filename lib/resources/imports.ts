import { Duration } from 'aws-cdk-lib';
import { type Bucket, CfnBucket, type CorsRule, HttpMethods } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { BULK } from '../../functions/domains/bulk-imports/store.ts';
import { KEPT_DAYS as CATALOG_JOB_DAYS, CATALOG_JOBS } from '../../functions/domains/catalog/bulk/drafts.ts';
import { EXPORTS_PREFIX, STORED_DAYS } from '../../functions/domains/exports/records/job.ts';
import { FEEDS_DAYS, FEEDS_PREFIX } from '../../functions/domains/feeds/records/sync.ts';
import { WEB_FEEDS_DAYS, WEB_FEEDS_PREFIX } from '../../functions/domains/feeds/web/feed.ts';
import { kinds } from '../../functions/domains/imports/kinds/names.ts';
import { dryRunFolder, sftpFolder } from '../../functions/domains/imports/places/folders.ts';
import { HOOKS } from '../../functions/domains/integrations/receive/message.ts';
import { ACCESS_PREFIX, FILE_DAYS } from '../../functions/domains/privacy/access/job.ts';
import { PRODUCT_FEEDS_DAYS, PRODUCT_FEEDS_PREFIX } from '../../functions/domains/product-feeds/records/stored-file.ts';
import { cors } from '../../functions/platform/http/cors.ts';
import type { Settings } from '../settings/settings.ts';
import { bucketGrants, exportBucket } from './bucket.ts';
import { retainedBucket } from './buckets/retained-bucket.ts';
import type { HostedResource } from './resource.ts';

interface ImportsBucketProps {
  readonly settings: Settings;
}

const uploadFolders = [...kinds.map((kind) => `${kind}/`), dryRunFolder, sftpFolder, BULK];

/** The bucket for uploads and their reports. It sends every change of an object to EventBridge. */
class ImportsBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings }: ImportsBucketProps) {
    super(scope, id);
    const { uploadRetentionDays, reportRetentionDays } = settings;
    this.bucket = retainedBucket(this, {
      settings,
      lifecycleRules: [
        // One rule a folder: if two rules match an object, S3 uses the shorter time, and reports may stay for longer.
        ...uploadFolders.map((folder) => ({
          id: `uploads-${folder}`,
          prefix: folder,
          expiration: Duration.days(uploadRetentionDays),
        })),
        // Files in other folders.
        { id: 'rest', expiration: Duration.days(Math.max(uploadRetentionDays, reportRetentionDays, FILE_DAYS)) },
        { id: 'reports', prefix: 'reports/', expiration: Duration.days(reportRetentionDays) },
        // Imports remove their files when they end. This removes the files of abandoned imports.
        { id: 'work', prefix: 'work/', expiration: Duration.days(reportRetentionDays) },
        // Deliveries that nobody processed.
        {
          id: 'hooks',
          prefix: HOOKS,
          expiration: Duration.days(14),
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          id: 'catalog-jobs',
          prefix: CATALOG_JOBS,
          expiration: Duration.days(CATALOG_JOB_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          id: 'handed-out',
          prefix: ACCESS_PREFIX,
          expiration: Duration.days(FILE_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
        },
        // Syncs remove their files when they end. A manifest is written again within two weeks.
        {
          id: 'catalog-feeds',
          prefix: FEEDS_PREFIX,
          expiration: Duration.days(FEEDS_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
        },
        // Contents are written again after a week.
        {
          id: 'web-feeds',
          prefix: WEB_FEEDS_PREFIX,
          expiration: Duration.days(WEB_FEEDS_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
        },
        // Files are built anew each day.
        {
          id: 'product-feeds',
          prefix: PRODUCT_FEEDS_PREFIX,
          expiration: Duration.days(PRODUCT_FEEDS_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
        },
        {
          id: 'exports',
          prefix: EXPORTS_PREFIX,
          expiration: Duration.days(STORED_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
        },
      ],
      cors: [uploadsFromPages],
      alternative: 'the job of each import records the result of its file',
    });
    publishToEventBridge(this.bucket);
  }
}

/**
 * Pages of any origin may upload, as they may call the API. A signed URL authorizes one upload to one key, and cookies
 * have no effect. Pages cannot read objects.
 */
const uploadsFromPages: CorsRule = {
  allowedOrigins: [...cors.allowOrigins],
  allowedMethods: [HttpMethods.PUT],
  // The headers of `uploadUrl` that a browser does not add by itself.
  allowedHeaders: ['content-type', 'if-none-match'],
  maxAge: 3_600,
};

/** Sets the property directly. The L2's `eventBridgeEnabled` would add a custom resource with a Lambda function. */
const publishToEventBridge = ({ node: { defaultChild } }: Bucket): void => {
  if (!(defaultChild instanceof CfnBucket)) throw new Error('The default child of a Bucket has to be a CfnBucket.');
  defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
};

export const imports: HostedResource<'imports', Bucket> = {
  client: 'platform/storage/bucket.ts',
  construct: (stack, { settings }) => exportBucket(new ImportsBucket(stack, 'Imports', { settings }).bucket),
  environment: ({ bucketName }) => ({ IMPORTS_BUCKET: bucketName }),
  ...bucketGrants,
};
