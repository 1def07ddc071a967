import { ArnFormat, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type MonitoredResources, per5Minutes } from './monitored-resources.ts';

export interface DashboardProps {
  readonly monitored: MonitoredResources;
  readonly alarms: readonly Alarm[];
}

/** CloudWatch's limit (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html). */
const ALARMS_PER_WIDGET = 100;

/** The dashboard: alarms, traffic and backlogs on one page. */
export class DeploymentDashboard extends Construct {
  constructor(scope: Construct, id: string, { monitored, alarms }: DashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      widgets: [...alarmWidgets(alarms.map(byArn)).map((widget) => [widget]), graphs(monitored)],
    });
  }
}

/** With the ARN made of the name: the local CloudFormation forgets the ARN of an alarm that a nested stack updates. */
const byArn = (alarm: Alarm): IAlarm => {
  const name = { service: 'cloudwatch', resource: 'alarm', resourceName: alarm.alarmName };
  const arn = Stack.of(alarm).formatArn({ ...name, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  return Alarm.fromAlarmArn(alarm, 'OnDashboard', arn);
};

const alarmWidgets = (alarms: readonly IAlarm[]): IWidget[] => {
  const count = Math.ceil(alarms.length / ALARMS_PER_WIDGET);
  const each = Math.ceil(alarms.length / count);
  return Array.from({ length: count }, (_, at) => {
    const title = count > 1 ? `Alarms, ${at + 1} of ${count}` : 'Alarms';
    return new AlarmStatusWidget({ title, alarms: alarms.slice(at * each, (at + 1) * each), width: 24 });
  });
};

const graphs = ({ api, table, functions, queues, changeQueues, streamFailures }: MonitoredResources): IWidget[] => [
  new GraphWidget({
    title: 'Requests',
    left: [api.metricCount(per5Minutes), api.metricClientError(per5Minutes), api.metricServerError(per5Minutes)],
    right: [api.metricLatency({ ...per5Minutes, statistic: 'p99' })],
  }),
  new GraphWidget({
    title: 'Functions: errors and time (p99)',
    left: [...functions].map(([label, handler]) => handler.metricErrors({ ...per5Minutes, label })),
    right: [...functions].map(([label, handler]) =>
      handler.metricDuration({ ...per5Minutes, label, statistic: 'p99' }),
    ),
  }),
  new GraphWidget({
    title: 'Queues: waiting and dead-lettered',
    left: [...queues, ...changeQueues].map(([label, { queue }]) =>
      queue.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, label }),
    ),
    right: [...queues, ...changeQueues].map(([label, { deadLetters }]) =>
      deadLetters.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, label: `${label}, dead letters` }),
    ),
  }),
  new GraphWidget({
    title: 'Table: units consumed',
    left: [
      table.metricConsumedWriteCapacityUnits({ ...per5Minutes, statistic: 'Sum' }),
      table.metricConsumedReadCapacityUnits({ ...per5Minutes, statistic: 'Sum' }),
    ],
  }),
  new GraphWidget({
    title: 'Changes: batches read from the stream, and delay (ms)',
    left: [...streamFailures.keys()].flatMap(
      (name) => functions.get(`${name}-stream`)?.metricInvocations(per5Minutes) ?? [],
    ),
    right: [...streamFailures.keys()].flatMap(
      (name) => functions.get(`${name}-stream`)?.metric('IteratorAge', { ...per5Minutes, statistic: 'Maximum' }) ?? [],
    ),
  }),
];
