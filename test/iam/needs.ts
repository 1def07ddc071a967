import * as v from 'valibot';
import type { Deployment } from './deployment.ts';
import { arnOf, type IamRequest } from './map/request.ts';
import { principalsOf, resourcesOf } from './policies.ts';

/** What AWS's services do on our behalf, or with a function's role, and no test can record. */
export interface Need extends IamRequest {
  /** A function's name, or a service such as `events.amazonaws.com`. */
  readonly by: string;
}

const LambdaFunction = v.object({
  Role: v.string(),
  LoggingConfig: v.object({ LogGroup: v.string() }),
});
const Mapping = v.object({
  FunctionName: v.string(),
  EventSourceArn: v.string(),
  DestinationConfig: v.optional(v.object({ OnFailure: v.object({ Destination: v.string() }) })),
});
const Rule = v.object({
  Targets: v.array(v.object({ Arn: v.string(), DeadLetterConfig: v.optional(v.object({ Arn: v.string() })) })),
});
const Alarm = v.object({
  AlarmActions: v.optional(v.array(v.string()), []),
  OKActions: v.optional(v.array(v.string()), []),
});

const SQS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) => `sqs:${name}`);
const STREAM = ['DescribeStream', 'GetRecords', 'GetShardIterator'].map((name) => `dynamodb:${name}`);
const tls = { 'aws:SecureTransport': 'true' };

/** Lambda stores a function's failed records in a bucket, below a folder of its own, after a check of the bucket. */
const keeping = (bucket: string, by: string): Need[] => [
  { by, action: 's3:ListBucket', resource: bucket, context: inBucket },
  { by, action: 's3:PutObject', resource: `${bucket}/aws/lambda/one/shard/2026/01/01/one`, context: inBucket },
];
const inBucket = { ...tls, 's3:TlsVersion': '1.3' };

export const needsOf = (deployment: Deployment): Need[] => {
  const nameOfRole = new Map(principalsOf(deployment).map(({ role, name }) => [role, name]));
  const functions = resourcesOf(deployment, 'AWS::Lambda::Function').map(({ name, properties }) => {
    const { Role, LoggingConfig } = v.parse(LambdaFunction, properties());
    return { name, by: nameOfRole.get(Role) ?? '', logs: LoggingConfig.LogGroup };
  });
  return [
    ...functions.flatMap(({ by, logs }) =>
      ['CreateLogStream', 'PutLogEvents'].map((action) => ({
        by,
        action: `logs:${action}`,
        resource: arnOf('logs', `log-group:${logs}:log-stream:one`),
        context: {},
      })),
    ),
    ...resourcesOf(deployment, 'AWS::Lambda::EventSourceMapping').flatMap(({ properties }) => {
      const { FunctionName, EventSourceArn: resource, DestinationConfig } = v.parse(Mapping, properties());
      const by = functions.find(({ name }) => name === FunctionName)?.by ?? '';
      const actions = resource.startsWith('arn:aws:sqs:') ? SQS : STREAM;
      return [
        ...actions.map((action) => ({ by, action, resource, context: tls })),
        ...(DestinationConfig ? keeping(DestinationConfig.OnFailure.Destination, by) : []),
      ];
    }),
    ...resourcesOf(deployment, 'AWS::Events::Rule').flatMap(({ name, properties }) => {
      const source = arnOf('events', `rule/${name.split('|').at(-1)}`);
      return v
        .parse(Rule, properties())
        .Targets.flatMap(({ Arn, DeadLetterConfig }) => [Arn, ...(DeadLetterConfig ? [DeadLetterConfig.Arn] : [])])
        .map((queue) => ({
          by: 'events.amazonaws.com',
          action: 'sqs:SendMessage',
          resource: queue,
          context: { ...tls, 'aws:SourceArn': source, 'aws:SourceAccount': '000000000000' },
        }));
    }),
    ...resourcesOf(deployment, 'AWS::CloudWatch::Alarm').flatMap(({ name, properties }) => {
      const { AlarmActions, OKActions } = v.parse(Alarm, properties());
      return [...new Set([...AlarmActions, ...OKActions])].map((topic) => ({
        by: 'cloudwatch.amazonaws.com',
        action: 'sns:Publish',
        resource: topic,
        context: {
          ...tls,
          'aws:SourceArn': arnOf('cloudwatch', `alarm:${name}`),
          'aws:SourceAccount': '000000000000',
        },
      }));
    }),
  ];
};
