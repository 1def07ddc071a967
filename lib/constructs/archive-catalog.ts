import { Stack } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ARCHIVE_PREFIX, partitions } from '../../functions/domains/archive/keys.ts';
import { archiveColumns } from '../../functions/domains/events/records/archived-event.ts';
import { QUERY_RESULTS } from '../resources/archive.ts';

export interface ArchiveCatalogProps {
  readonly bucket: Bucket;
  /** The name of the database and the workgroup. */
  readonly name: string;
}

/** There are no events in the archive before this day. */
const FIRST_DAY = '2026-01-01';
const LINES = 'event_lines';

/** Describes the archive to Athena. Partitions are projected from the path, so that no crawler is needed. */
export class ArchiveCatalog extends Construct {
  readonly database: string;
  readonly workGroup: string;

  constructor(scope: Construct, id: string, { bucket, name }: ArchiveCatalogProps) {
    super(scope, id);
    // Glue allows only lowercase letters, digits and underscores.
    this.database = name.toLowerCase().replaceAll('-', '_');
    this.workGroup = name;
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Stack.of(this).account,
      databaseInput: { name: this.database, description: 'Archived events' },
    });
    const tables = [linesTable(bucket), eventsView(this.database)];
    for (const tableInput of tables) {
      const table = new CfnTable(this, tableInput.name, {
        catalogId: database.catalogId,
        databaseName: this.database,
        tableInput,
      });
      table.addResourceDependency(database);
    }
    new CfnWorkGroup(this, 'WorkGroup', {
      name: this.workGroup,
      description: 'Queries of archived events',
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: false,
        resultConfiguration: {
          outputLocation: bucket.s3UrlForObject(QUERY_RESULTS),
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
  }
}

const hiveColumns = Object.entries(archiveColumns).map(([name, type]) => ({ name, type }));

/** The lines as they are stored: an event that was delivered twice has two lines. */
const linesTable = (bucket: Bucket) => ({
  name: LINES,
  description: 'Archived events, some of them twice. Query the view `events` instead.',
  tableType: 'EXTERNAL_TABLE',
  partitionKeys: partitions.map((name) => ({ name, type: 'string' })),
  parameters: {
    classification: 'json',
    'projection.enabled': 'true',
    // Each query has to name an account, so that none reads another's by mistake.
    'projection.account.type': 'injected',
    'projection.day.type': 'date',
    'projection.day.format': 'yyyy-MM-dd',
    'projection.day.range': `${FIRST_DAY},NOW+1DAYS`,
    'storage.location.template': bucket.s3UrlForObject(
      `${ARCHIVE_PREFIX}${partitions.map((name) => `${name}=\${${name}}/`).join('')}`,
    ),
  },
  storageDescriptor: {
    location: bucket.s3UrlForObject(ARCHIVE_PREFIX),
    columns: hiveColumns,
    compressed: true,
    inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
  },
});

/**
 * Selects each event once. Duplicates are in one partition, so that a query with an account and days reads only those
 * days.
 */
export const EACH_EVENT_ONCE = `SELECT ${[...Object.keys(archiveColumns), ...partitions].join(', ')}
FROM (
  SELECT *, row_number() OVER (PARTITION BY ${partitions.join(', ')}, id ORDER BY received_at) AS copy
  FROM ${LINES}
)
WHERE copy = 1`;

/** Athena stores a view as a Glue table without data, with the query in a comment. */
const eventsView = (schema: string) => {
  const all = [...hiveColumns, ...partitions.map((name) => ({ name, type: 'string' }))];
  const view = {
    originalSql: EACH_EVENT_ONCE,
    catalog: 'awsdatacatalog',
    schema,
    columns: all.map(({ name, type }) => ({ name, type: type === 'string' ? 'varchar' : type })),
  };
  return {
    name: 'events',
    description: 'Archived events without duplicates',
    tableType: 'VIRTUAL_VIEW',
    partitionKeys: [],
    parameters: { presto_view: 'true', comment: 'Presto View' },
    viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString('base64')} */`,
    viewExpandedText: '/* Presto View */',
    storageDescriptor: { columns: all, serdeInfo: {} },
  };
};
