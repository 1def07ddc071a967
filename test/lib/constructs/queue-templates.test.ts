import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { messageQueuesOf } from '../../../functions/platform/service/queues.ts';
import { allServices } from '../../../functions/services.ts';
import { synthesize } from '../../support/templates.ts';

const app = synthesize();
const data = Template.fromStack(app.data);
const service = Template.fromStack(app.service);
const count = allServices.flatMap(messageQueuesOf).length;

const withoutTls = Match.arrayWith([
  Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
]);

test('every queue is encrypted, requires TLS, and dead-letters a message after five failures', () => {
  const all = data.findResources('AWS::SQS::Queue');
  const queues = Object.values(all);
  const nextOf = ({ Properties }: (typeof queues)[number]): string | undefined =>
    Properties.RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0];

  const exhausted = Object.entries(all).filter(([name]) => name.includes('Exhausted'));
  const tried = queues.filter((queue) => exhausted.some(([name]) => name === nextOf(queue)));
  expect([tried.length, exhausted.length]).toEqual([count, count]);
  for (const { Properties } of tried) expect(Properties.RedrivePolicy.maxReceiveCount).toBe(5);
  // Messages that fail there too stay in a queue for people, for the maximum time of SQS.
  for (const [, queue] of exhausted) {
    expect(all[nextOf(queue) ?? '']?.Properties).toMatchObject({ MessageRetentionPeriod: 14 * 86_400 });
    expect(nextOf(queue)).toContain('DeadLetters');
  }
  for (const { Properties } of queues) expect(Properties.SqsManagedSseEnabled).toBe(true);
  data.resourcePropertiesCountIs('AWS::SQS::QueuePolicy', { PolicyDocument: { Statement: withoutTls } }, queues.length);
});

test('a message that EventBridge cannot send goes to the exhausted queue, and comes back from there', () => {
  const rules = Object.values(data.findResources('AWS::Events::Rule'));
  expect(rules.length).toBeGreaterThan(0);
  for (const { Properties } of rules)
    for (const target of Properties.Targets)
      expect(target.DeadLetterConfig.Arn['Fn::GetAtt'][0]).toContain('Exhausted');
});

test("each exhausted queue has its own function, with a visibility timeout of six times the function's", () => {
  const sources = Object.values(service.findResources('AWS::Lambda::EventSourceMapping')).filter(({ Properties }) =>
    JSON.stringify(Properties.EventSourceArn).includes('Exhausted'),
  );
  expect(sources).toHaveLength(count);
  const functions = service.findResources('AWS::Lambda::Function');
  const queues = Object.entries(data.findResources('AWS::SQS::Queue')).filter(([name]) => name.includes('Exhausted'));
  for (const { Properties } of sources) {
    const { Timeout, Handler, Environment } = functions[Properties.FunctionName.Ref]?.Properties ?? {};
    expect(Handler).toBe('index.exhausted');
    expect(Environment.Variables).toMatchObject({ SOURCE_QUEUE_URL: {}, DEAD_LETTERS_URL: {} });
    // Forms and hooks have only a queue with a name, which is in QUEUE_URLS.
    const name = /^(forms|hooks)/.test(Properties.FunctionName.Ref) ? 'QUEUE_URLS' : 'QUEUE_URL';
    expect(Environment.Variables[name]).toBeDefined();
    for (const [, queue] of queues) expect(queue.Properties.VisibilityTimeout).toBe(6 * Timeout);
    expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
  }
});

test('Lambda accepts every queue: it hides messages for no less than its function can run', () => {
  const functions = service.findResources('AWS::Lambda::Function');
  const queues = data.findResources('AWS::SQS::Queue');
  const sources = Object.values(service.findResources('AWS::Lambda::EventSourceMapping')).flatMap(({ Properties }) => {
    const name = Object.keys(queues).find((one) => JSON.stringify(Properties.EventSourceArn).includes(one));
    return name === undefined ? [] : [{ name, function: Properties.FunctionName.Ref }];
  });
  expect(sources.length).toBeGreaterThan(2 * count);
  for (const { name, function: consumer } of sources) {
    const { Timeout, Handler, Environment } = functions[consumer]?.Properties ?? {};
    expect(queues[name]?.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(Timeout);
    // A worker hides the messages of the queue that it consumes: `heartbeat.ts`.
    if (Handler === 'index.queue') expect(JSON.stringify(Environment.Variables.SOURCE_QUEUE_URL)).toContain(name);
  }
});

test('a worker may hide the messages of its queue', () => {
  for (const { Properties } of Object.values(service.findResources('AWS::IAM::Policy'))) {
    const statements: readonly { readonly Action: string | readonly string[] }[] = Properties.PolicyDocument.Statement;
    const actions = statements.flatMap(({ Action }) => Action);
    if (actions.includes('sqs:ReceiveMessage')) expect(actions).toContain('sqs:ChangeMessageVisibility');
  }
});
