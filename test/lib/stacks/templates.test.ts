import { Match, Template } from 'aws-cdk-lib/assertions';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { messageQueuesOf } from '../../../functions/platform/service/queues.ts';
import { prefixesOf, type ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { definition } from '../../../functions/platform/table/definition.ts';
import { allServices } from '../../../functions/services.ts';
import { makeApp } from '../../../lib/stacks/app.ts';

const handle = async () => {};
const fail = async () => 'over' as const;
/** Has one of everything that a service can declare, whatever the real ones use today. */
const example: ServiceDeclaration = {
  name: 'example',
  routes: {},
  triggers: [
    { on: 'upload', prefix: 'example/', suffixes: ['.csv', '.zip'], handle, fail },
    { on: 'message', kind: 'chunk', handle, fail },
  ],
  uses: ['table', 'queue', { bucket: 'imports', read: ['example/'] }],
};

const synthesise = (context: Readonly<Record<string, string>> = {}) => {
  const { data, service } = makeApp([...allServices, example], {
    context: { 'aws:cdk:bundling-stacks': [], ...context },
  });
  return {
    data: Template.fromStack(data),
    service: Template.fromStack(service),
    monitoring: Template.fromStack(service.monitoring),
  };
};
const { data, service, monitoring } = synthesise();

const Statement = v.object({
  Effect: v.string(),
  Action: v.union([v.string(), v.array(v.string())]),
  Resource: v.unknown(),
});
const Policy = v.object({ Properties: v.object({ PolicyDocument: v.object({ Statement: v.array(Statement) }) }) });

const actionsOf = (policy: unknown): string[] =>
  v.parse(Policy, policy).Properties.PolicyDocument.Statement.flatMap(({ Action }) => Action);
const countOf = (template: Template, type: string): number => Object.keys(template.findResources(type)).length;

describe('data resources', () => {
  test('the table has point-in-time recovery, and is retained when its stack is deleted', () => {
    data.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        Replicas: [
          Match.objectLike({
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        ],
      },
    });
  });

  test('the table has the stream, the TTL and the indexes that the code requires', () => {
    data.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: definition.ttl, Enabled: true },
      GlobalSecondaryIndexes: Object.keys(definition.indexes).map((IndexName) =>
        Match.objectLike({ IndexName, Projection: { ProjectionType: 'INCLUDE' } }),
      ),
    });
  });

  test('each bucket has versions, no public access, and requires TLS', () => {
    data.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
    data.allResources('AWS::S3::Bucket', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
    data.allResourcesProperties('AWS::S3::BucketPolicy', { PolicyDocument: { Statement: withoutTls } });
  });

  test('pages may upload to the imports bucket by a signed address, and nothing else', () => {
    const rules = Object.values(data.findResources('AWS::S3::Bucket')).flatMap(
      ({ Properties }) => Properties.CorsConfiguration?.CorsRules ?? [],
    );
    expect(rules).toEqual([
      {
        AllowedOrigins: ['*'],
        AllowedMethods: ['PUT'],
        AllowedHeaders: ['content-type', 'if-none-match'],
        MaxAge: 3_600,
      },
    ]);
  });

  test('only the rule of an upload may send to its queue', () => {
    data.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: Match.arrayWith(['sqs:SendMessage']),
            Principal: { Service: 'events.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': Match.objectLike({ 'Fn::GetAtt': Match.anyValue() }) } },
          }),
        ]),
      },
    });
  });

  test('an upload is matched by its folder, whatever its extension', () => {
    data.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { object: { key: [{ prefix: 'example/' }] } },
      },
    });
  });

  test('nothing is protected if protection is off', () => {
    const { data: disposable } = synthesise({ protect: 'false' });

    disposable.allResources('AWS::DynamoDB::GlobalTable', { DeletionPolicy: 'Delete' });
    disposable.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  });
});

describe('compute resources', () => {
  test('every declared prefix reaches a function', () => {
    const routes = Object.values(service.findResources('AWS::ApiGatewayV2::Route'));
    const keys = routes.map(({ Properties }) => Properties.RouteKey);

    const prefixes = allServices.flatMap(prefixesOf);
    expect(keys.toSorted()).toEqual(
      ['$default', ...prefixes.flatMap((p) => [`ANY ${p}`, `ANY ${p}/{rest+}`])].toSorted(),
    );
  });

  test('browsers may send a key: a star does not include Authorization', () => {
    service.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { AllowOrigins: ['*'], AllowHeaders: ['*', 'Authorization', 'X-Retry-Count'] },
    });
  });

  test('every function has Node 24 on arm64, its own role, and its own logs with an expiry', () => {
    const functions = countOf(service, 'AWS::Lambda::Function');

    service.allResourcesProperties('AWS::Lambda::Function', { Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    service.resourceCountIs('AWS::IAM::Role', functions);
    service.resourceCountIs('AWS::Logs::LogGroup', functions + 1);
    service.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('no role has permissions that its service does not declare', () => {
    for (const policy of Object.values(service.findResources('AWS::IAM::Policy'))) {
      expect(actionsOf(policy).filter((action) => action.includes('*'))).toEqual([]);
      for (const { Resource } of v.parse(Policy, policy).Properties.PolicyDocument.Statement) {
        expect(Resource).not.toBe('*');
      }
    }
  });

  test('a queue delivers as many messages at once as its service handles, and accepts partial failures', () => {
    const functions = service.findResources('AWS::Lambda::Function');
    const mappings = service.findResources('AWS::Lambda::EventSourceMapping', {
      Properties: {
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        // As the queue declares it, or the settings.
        ScalingConfig: { MaximumConcurrency: Match.anyValue() },
      },
    });
    const sizes = Object.values(mappings).flatMap(({ Properties: { FunctionName, BatchSize } }) =>
      functions[FunctionName.Ref]?.Properties.Handler === 'index.queue' ? [BatchSize] : [],
    );
    const declared = [...allServices, example].flatMap(messageQueuesOf).map(({ messagesAtOnce = 1 }) => messagesAtOnce);
    expect(sizes.toSorted()).toEqual(declared.toSorted());
    // A message can take the whole time of a function: more at once only where it waits for others.
    expect(declared.filter((size) => size > 1)).toHaveLength(1);
  });

  test('the visibility timeout of a message covers the time limit of its worker', () => {
    const timeouts = Object.values(service.findResources('AWS::Lambda::Function')).map((f) => f.Properties.Timeout);
    data.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: Math.max(...timeouts) + 60 });
  });

  test('access logs have no path, query or IP address', () => {
    const [stage] = Object.values(service.findResources('AWS::ApiGatewayV2::Stage'));
    const format: string = stage?.Properties.AccessLogSettings.Format;

    expect(JSON.parse(format)).toHaveProperty('requestId');
    expect(format).not.toMatch(/context\.path|queryString|sourceIp/);
  });

  test('every alarm describes in a sentence who is affected', () => {
    const alarms = Object.values(monitoring.findResources('AWS::CloudWatch::Alarm'));

    const exhausted = [...allServices, example].flatMap(messageQueuesOf).length;
    expect(alarms.length).toBeGreaterThan(3 + 2 * (countOf(service, 'AWS::Lambda::Function') - exhausted));
    for (const { Properties } of alarms) expect(Properties.AlarmDescription).toMatch(/^.{60,}\.$/);
  });

  test('every dead-letter queue has an alarm on the first message', () => {
    const alarms = Object.values(monitoring.findResources('AWS::CloudWatch::Alarm', { Properties: { Threshold: 0 } }));
    const onDeadLetters = alarms.filter(({ Properties }) => JSON.stringify(Properties).includes('DeadLetters'));

    const queues = Object.values(data.findResources('AWS::SQS::Queue'));
    expect(onDeadLetters).toHaveLength(queues.filter(({ Properties }) => !Properties.RedrivePolicy).length);
  });

  test('every alarm sends a mail if an address is set', () => {
    const { service: mailing, monitoring: alarms } = synthesise({ alarmEmail: 'ops@example.com' });

    mailing.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    alarms.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.anyValue() });
  });

  test('links start with the custom domain if there is one', () => {
    const { service: named } = synthesise({
      domainName: 'in.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/one',
    });

    named.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'in.example.com' });
    named.hasOutput('DomainTarget', { Description: Match.stringLikeRegexp('record of in.example.com') });
    named.allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ PUBLIC_URL: 'https://in.example.com' }) },
    });
  });
});

const withoutTls = Match.arrayWith([
  Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
]);
