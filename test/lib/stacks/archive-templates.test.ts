import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { archive } from '../../../functions/services/archive.ts';
import { changes } from '../../../functions/services/changes.ts';
import { makeApp } from '../../../lib/stacks/app.ts';

const synthesise = (context: Readonly<Record<string, string>> = {}) => {
  const { data, service } = makeApp([archive, changes], { context: { 'aws:cdk:bundling-stacks': [], ...context } });
  return {
    data: Template.fromStack(data),
    service: Template.fromStack(service),
    monitoring: Template.fromStack(service.monitoring),
  };
};
const { data, service, monitoring } = synthesise();

test('fires an alarm if the archive is late, or gave up a message', () => {
  monitoring.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'IteratorAge', Threshold: 3_600_000 });
  monitoring.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateAgeOfOldestMessage',
    Threshold: 2_700,
  });
  monitoring.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Threshold: 0,
  });
});

test('lets the archive function read and query items and write events to its bucket, and the stream reader less', () => {
  const policyOf = (handler: string) => {
    const functions = Object.values(service.findResources('AWS::Lambda::Function'));
    const { Role } = functions.find(({ Properties }) => Properties.Handler === handler)?.Properties ?? {};
    const [role] = Role['Fn::GetAtt'];
    const policies = Object.values(service.findResources('AWS::IAM::Policy'));
    const policy = policies.find(({ Properties }) => Properties.Roles[0].Ref === role);
    const statements: { readonly Action: string | readonly string[] }[] =
      policy?.Properties.PolicyDocument.Statement ?? [];
    return statements.flatMap(({ Action }) => Action);
  };
  const of = (actions: readonly string[], service: string) =>
    actions.filter((action) => action.startsWith(`${service}:`)).toSorted();

  const consumer = policyOf('index.change');
  expect(of(consumer, 's3')).toEqual(['s3:PutObject']);
  expect(of(consumer, 'dynamodb')).toEqual(['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:Query']);
  const reader = policyOf('index.stream');
  expect(of(reader, 's3')).toEqual(['s3:ListBucket', 's3:PutObject']);
  expect(of(reader, 'dynamodb')).toEqual(
    ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((action) => `dynamodb:${action}`),
  );
});

test('moves archived events to a cheaper class after 90 days, and expires them only if set', () => {
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
