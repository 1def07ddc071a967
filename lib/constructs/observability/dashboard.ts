import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type Parts, per5Minutes } from './monitored-resources.ts';

export interface BoardProps {
  readonly parts: Parts;
  readonly alarms: readonly Alarm[];
}

/** One page that answers: does it work, how much comes in, and what waits? */
export class Board extends Construct {
  constructor(scope: Construct, id: string, { parts, alarms }: BoardProps) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      widgets: [[new AlarmStatusWidget({ alarms: [...alarms], width: 24 })], graphs(parts)],
    });
  }
}

const graphs = ({ api, table, functions, queues, changeQueues, streamFailures }: Parts): IWidget[] => [
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
    title: 'Waiting, and set aside',
    left: [...queues, ...changeQueues].map(([label, { queue }]) =>
      queue.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, label }),
    ),
    right: [...queues, ...changeQueues].map(([label, { deadLetters }]) =>
      deadLetters.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, label: `${label}, set aside` }),
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
    title: 'Changes: batches taken from the stream, and how far behind (ms)',
    left: [...streamFailures.keys()].flatMap(
      (name) => functions.get(`${name}-stream`)?.metricInvocations(per5Minutes) ?? [],
    ),
    right: [...streamFailures.keys()].flatMap(
      (name) => functions.get(`${name}-stream`)?.metric('IteratorAge', { ...per5Minutes, statistic: 'Maximum' }) ?? [],
    ),
  }),
];
