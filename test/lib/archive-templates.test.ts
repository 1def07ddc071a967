import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { archive } from '../../functions/services/archive.ts';
import { makeApp } from '../../lib/stacks/app.ts';

const synthesise = (context: Readonly<Record<string, string>> = {}) => {
  const { data, service } = makeApp([archive], { context: { 'aws:cdk:bundling-stacks': [], ...context } });
  return { data: Template.fromStack(data), service: Template.fromStack(service) };
};
const { data, service } = synthesise();

test('the stream brings new events, from its very start, and what goes on failing is set aside', () => {
  service.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    FilterCriteria: {
      Filters: [{ Pattern: '{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"EVENT#"}]}}}}' }],
    },
    StartingPosition: 'TRIM_HORIZON',
    MaximumBatchingWindowInSeconds: 300,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
  });
});

test('that the archive is behind, or gave something up, sets off an alarm', () => {
  service.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'IteratorAge', Threshold: 3_600_000 });
  service.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Threshold: 0,
  });
});

test('its function can get items and put events into its bucket, and do nothing else to either', () => {
  const [policy] = Object.values(service.findResources('AWS::IAM::Policy'));
  const statements: { readonly Action: string | readonly string[] }[] = policy?.Properties.PolicyDocument.Statement;
  const actions = statements.flatMap(({ Action }) => Action);

  expect(actions.filter((action) => action.startsWith('s3:'))).toEqual(['s3:PutObject']);
  expect(actions.filter((action) => action.startsWith('dynamodb:')).toSorted()).toEqual(
    ['BatchGetItem', 'DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
      (action) => `dynamodb:${action}`,
    ),
  );
});

test('archived events become cheaper after 90 days, and end only where that is set', () => {
  const rule = (more: object) => ({
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        {
          Id: 'events',
          Prefix: 'events/',
          Status: 'Enabled',
          Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 90 }],
          ...more,
        },
      ]),
    },
  });
  data.hasResourceProperties('AWS::S3::Bucket', rule({}));
  const { data: ending } = synthesise({ archiveRetentionDays: '730' });
  ending.hasResourceProperties('AWS::S3::Bucket', rule({ ExpirationInDays: 730 }));
});

test('Athena finds archived events by account and day without a crawler, in a table and in a view of each once', () => {
  const tables = Object.values(data.findResources('AWS::Glue::Table')).map((t) => t.Properties.TableInput);
  const [lines, view] = tables;

  expect(lines.PartitionKeys.map(({ Name }: { Name: string }) => Name)).toEqual(['account', 'day']);
  expect(JSON.stringify(lines.Parameters['storage.location.template'])).toMatch(
    /\/events\/account=\$\{account\}\/day=\$\{day\}\/"/,
  );
  const encoded = /^\/\* Presto View: (.*) \*\/$/.exec(view.ViewOriginalText)?.[1] ?? '';
  const { originalSql, columns, schema } = JSON.parse(Buffer.from(encoded, 'base64').toString());
  expect(originalSql).toContain(`FROM ${lines.Name}\n`);
  expect(columns.map(({ name }: { name: string }) => name)).toEqual(
    [...lines.StorageDescriptor.Columns, ...lines.PartitionKeys].map(({ Name }) => Name),
  );
  data.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Name: schema } });
});
