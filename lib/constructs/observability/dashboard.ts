import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type MonitoredResources, per5Minutes } from './monitored-resources.ts';

export interface DashboardProps {
  readonly monitored: MonitoredResources;
  readonly alarms: readonly Alarm[];
}

/** The dashboard: alarms, traffic and backlogs on one page. */
export class DeploymentDashboard extends Construct {
  constructor(scope: Construct, id: string, { monitored, alarms }: DashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      widgets: [[new AlarmStatusWidget({ alarms: [...alarms], width: 24 })], graphs(monitored)],
    });
  }
}

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
