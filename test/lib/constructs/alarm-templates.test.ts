import { expect, test } from 'vitest';
import { MESSAGE_FAILED } from '../../../functions/platform/log.ts';
import { definition } from '../../../functions/platform/table/definition.ts';
import { everyOption, synthesize } from '../../support/templates.ts';

const { ofType } = synthesize(everyOption);
const alarms = ofType('AWS::CloudWatch::Alarm').map(({ properties }) => properties);
const onMetric = (name: string) => alarms.filter(({ MetricName }) => MetricName === name);
const workers = ofType('AWS::Lambda::Function').filter(({ properties }) => properties.Handler === 'index.queue');

test('lets only CloudWatch publish to the topics of alarms, and requires TLS', () => {
  const statements = ofType('AWS::SNS::TopicPolicy').flatMap(({ properties }) =>
    properties.PolicyDocument.Statement.map((one: object) => ({ topics: properties.Topics, ...one })),
  );
  for (const alarm of alarms) {
    for (const topic of [...alarm.AlarmActions, ...alarm.OKActions]) {
      // A topic policy replaces the default, by which everybody in the account may publish.
      expect(statements).toContainEqual({
        Sid: expect.any(String),
        topics: [topic],
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Resource: topic,
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      });
      expect(statements).toContainEqual(
        expect.objectContaining({
          topics: [topic],
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  }
});

test('sends a mail when an alarm fires, and when it is over', () => {
  for (const { AlarmActions, OKActions } of alarms) {
    expect(AlarmActions).toHaveLength(1);
    expect(OKActions).toEqual(AlarmActions);
  }
});

test.each(['WriteThrottleEvents', 'ReadThrottleEvents'])('%s has an alarm for the table and each index', (metric) => {
  const names = onMetric(metric).map(({ Dimensions }) =>
    Dimensions.filter(({ Name }: { Name: string }) => Name !== 'TableName').map(
      ({ Value }: { Value: string }) => Value,
    ),
  );
  expect(names.toSorted()).toEqual([[], ...Object.keys(definition.indexes).map((index) => [index])]);
  for (const { Dimensions } of onMetric(metric))
    expect(Dimensions.map(({ Name }: { Name: string }) => Name)).toContain('TableName');
});

test('allows a worker to trigger itself, with an alarm if Lambda stops the loop', () => {
  const sendsToItself = ({ properties }: (typeof workers)[number]) =>
    ['index.queue', 'index.exhausted'].includes(properties.Handler);
  const senders = ofType('AWS::Lambda::Function').filter(sendsToItself);
  expect(senders.map(({ properties }) => properties.RecursiveLoop)).toEqual(senders.map(() => 'Allow'));
  const others = ofType('AWS::Lambda::Function').filter((one) => !sendsToItself(one));
  for (const { properties } of others) expect(properties).not.toHaveProperty('RecursiveLoop');
  const watched = onMetric('RecursiveInvocationsDropped').map(({ Namespace, Dimensions }) => {
    expect(Namespace).toBe('AWS/Lambda');
    return Dimensions;
  });
  expect(watched).toEqual(workers.map(({ id }) => [{ Name: 'FunctionName', Value: { Ref: id } }]));
});

test('fires an alarm within minutes of a failure in a worker or on the stream, before the message is dead-lettered', () => {
  const filters = ofType('AWS::Logs::MetricFilter').map(({ properties }) => properties);
  const functions = ofType('AWS::Lambda::Function').filter(({ properties }) =>
    ['index.queue', 'index.change', 'index.stream'].includes(properties.Handler),
  );
  expect(filters.map(({ LogGroupName }) => LogGroupName)).toEqual(
    functions.map(({ properties }) => properties.LoggingConfig.LogGroup),
  );
  for (const { FilterPattern, MetricTransformations } of filters) {
    expect(FilterPattern).toBe(`"${MESSAGE_FAILED}"`);
    const [{ MetricName, MetricNamespace, DefaultValue }] = MetricTransformations;
    // A metric costs money in each hour with values.
    expect(DefaultValue).toBeUndefined();
    expect(alarms.filter((one) => one.MetricName === MetricName && one.Namespace === MetricNamespace)).toEqual([
      expect.objectContaining({ Threshold: 0, EvaluationPeriods: 1, Period: 300, Statistic: 'Sum' }),
    ]);
  }
});

test('fires an alarm before any message has waited for an hour', () => {
  const waiting = onMetric('ApproximateAgeOfOldestMessage');
  const consumers = ofType('AWS::Lambda::Function').filter(({ properties }) => properties.Handler === 'index.change');
  expect(waiting).toHaveLength(workers.length + consumers.length);
  for (const { Threshold, EvaluationPeriods, Period } of waiting)
    expect(Threshold + EvaluationPeriods * Period).toBeLessThan(3_600);
});

test('keeps dead letters ten days longer than their retries, minus the hour for failing their jobs', () => {
  const queues = ofType('AWS::SQS::Queue').map(({ properties }) => properties);
  const nextOf = ({ RedrivePolicy }: (typeof queues)[number]) => {
    const [id] = RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'];
    return ofType('AWS::SQS::Queue').find((one) => one.id === id)?.properties ?? {};
  };
  for (const queue of queues.filter(({ RedrivePolicy }) => RedrivePolicy)) {
    const target = nextOf(queue);
    // A message keeps the time of its first sending.
    const spent = queue.MessageRetentionPeriod === 4 * 86_400 ? 4 * 86_400 : 4 * 86_400 + 3_600;
    expect(target.MessageRetentionPeriod - spent).toBeGreaterThanOrEqual(10 * 86_400 - 3_600);
    expect(queue.RedrivePolicy.maxReceiveCount * queue.VisibilityTimeout).toBeLessThan(queue.MessageRetentionPeriod);
  }
});

test('computes each alarm from one metric, with a period that CloudWatch accepts', () => {
  for (const { Metrics, Period, AlarmDescription, EvaluationPeriods } of alarms) {
    expect(Metrics).toBeUndefined();
    expect(Period % 60).toBe(0);
    expect(Period * EvaluationPeriods).toBeLessThanOrEqual(86_400);
    expect(AlarmDescription.length).toBeLessThanOrEqual(1_024);
  }
});
