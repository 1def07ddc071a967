import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { totalOf } from '../../lib/cost/bill.ts';
import { idleBill } from '../../lib/cost/idle.ts';
import { standingIn } from '../../lib/cost/standing.ts';
import { synthesize } from '../support/templates.ts';

const templatesOf = (context: Readonly<Record<string, string>> = {}) => {
  const { data, service, sftp } = synthesize(context);
  return [data, service, service.monitoring, ...(sftp ? [sftp] : [])].map((stack) =>
    Template.fromStack(stack).toJSON(),
  );
};
const templates = templatesOf();
const resources = templates.flatMap(({ Resources }) => Object.values<{ readonly Type: string }>(Resources));
const count = (type: string): number => resources.filter(({ Type }) => Type === type).length;
const resource = (Type: string, Properties: object = {}) => [Type, { Type, Properties }];
const templateOf = (...given: ReturnType<typeof resource>[]) => ({
  Resources: Object.fromEntries(given.map(([, one], i) => [`R${i}`, one])),
});

test('the idle bill counts all paid resources in the templates', () => {
  const standing = standingIn(templates);
  const alarms = Object.values(standing.alarms).reduce((sum, of) => sum + of, 0);
  expect(alarms).toBeGreaterThanOrEqual(count('AWS::CloudWatch::Alarm'));
  expect(count('AWS::CloudWatch::Alarm')).toBeGreaterThan(30);
  expect(standing.dashboards).toBe(count('AWS::CloudWatch::Dashboard'));
  expect(standing.metrics).toBe(count('AWS::Logs::MetricFilter'));
  expect(standing.keys).toBe(0);
});

test('the idle bill omits no resource that is billed by the hour', () => {
  const billed =
    /::(NatGateway|VPCEndpoint|Instance|DBCluster|LoadBalancer|WebACL|Secret|ProvisionedConcurrency|Cluster)$/;
  expect(resources.map(({ Type }) => Type).filter((type) => billed.test(type))).toEqual([]);
});

test('an idle queue is polled five times at once with a maximum concurrency, else twice, and a stream for free', () => {
  const mapping = (properties: object) => resource('AWS::Lambda::EventSourceMapping', properties);
  const bounded = mapping({ ScalingConfig: { MaximumConcurrency: 10 } });
  const stream = mapping({ StartingPosition: 'TRIM_HORIZON' });
  expect(standingIn([templateOf(bounded, mapping({}), stream)]).pollers).toBe(7);
  const queues = resources.filter(
    ({ Type, ...rest }) => Type === 'AWS::Lambda::EventSourceMapping' && !JSON.stringify(rest).includes('StartingP'),
  );
  const bounds = queues.filter((queue) => JSON.stringify(queue).includes('MaximumC'));
  expect(standingIn(templates).pollers).toBe(5 * bounds.length + 2 * (queues.length - bounds.length));
});

test('alarms, dashboards, metrics, keys and servers each have their price', () => {
  const alarm = (properties: object) => resource('AWS::CloudWatch::Alarm', properties);
  const Metric = { Namespace: 'AWS/Lambda', MetricName: 'Errors' };
  const bill = (...given: Parameters<typeof templateOf>) => idleBill(standingIn([templateOf(...given)]));
  const computes = alarm({
    Metrics: [{ Expression: 'a / b' }, { MetricStat: { Metric } }, { MetricStat: { Metric } }],
  });
  expect(bill(alarm(Metric), computes)).toMatchObject({ 'Alarms on Lambda Errors: 3': expect.closeTo(0.3) });
  expect(totalOf(bill(resource('AWS::CloudWatch::CompositeAlarm')))).toBeCloseTo(0.5);
  expect(totalOf(bill(resource('AWS::CloudWatch::Dashboard')))).toBeCloseTo(3);
  expect(totalOf(bill(resource('AWS::Logs::MetricFilter')))).toBeCloseTo(0.3);
  expect(totalOf(bill(resource('AWS::KMS::Key')))).toBeCloseTo(1);
});

test('the idle bill includes the SFTP server of a deployment that has one', () => {
  expect(
    totalOf(idleBill(standingIn(templatesOf({ sftp: 'true' })))) - totalOf(idleBill(standingIn(templates))),
  ).toBeCloseTo(219, 0);
});
