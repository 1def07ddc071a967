import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { definition } from '../../../functions/platform/table/definition.ts';
import type { UsedTable } from '../../resources/table.ts';
import { type MonitoredResources, per5Minutes } from './monitored-resources.ts';

export interface AlarmsProps {
  readonly monitored: MonitoredResources;
  /** Gets a message when an alarm starts and when it ends. */
  readonly topic: Topic | undefined;
}

interface AlarmDefinition {
  readonly metric: IMetric;
  /** The threshold. */
  readonly above: number;
  /** Who is affected, and what to do. */
  readonly description: string;
}

/** The alarms. Each description says who is affected and what to do, since the mail contains it. */
export class Alarms extends Construct {
  readonly byName: ReadonlyMap<string, Alarm>;

  constructor(scope: Construct, id: string, { monitored, topic }: AlarmsProps) {
    super(scope, id);
    const alarms = Object.entries(allAlarms(monitored)).map(
      ([name, { metric, above, description }]): [string, Alarm] => {
        const alarm = new Alarm(this, name, {
          metric,
          threshold: above,
          comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
          evaluationPeriods: 1,
          treatMissingData: TreatMissingData.NOT_BREACHING,
          alarmDescription: description,
        });
        if (topic) {
          alarm.addAlarmAction(new SnsAction(topic));
          alarm.addOkAction(new SnsAction(topic));
        }
        return [name, alarm];
      },
    );
    this.byName = new Map(alarms);
  }
}

const allAlarms = ({
  api,
  functions,
  queues,
  changeQueues,
  failedMessages,
  streamFailures,
  table,
}: MonitoredResources): Record<string, AlarmDefinition> => ({
  ApiErrors: {
    metric: api.metricServerError(total),
    above: 5,
    description:
      'Integrations and browsers get 5xx responses, and their requests are not stored unless they repeat them. Read the logs of the function that the access log names.',
  },
  ...alarmsOfEach(functions, (name, handler) => ({
    [`${name}-errors`]: {
      metric: handler.metricErrors(total),
      above: 0,
      description: `${name} crashed or timed out. Callers got a 5xx response; a file or message is retried. Read its logs.`,
    },
    [`${name}-throttles`]: {
      metric: handler.metricThrottles(total),
      above: 0,
      description: `${name} could not start for lack of concurrency. Callers get 5xx responses, and imports wait. Ask AWS for more concurrency, or raise the reserved concurrency.`,
    },
  })),
  ...alarmsOfEach(failedMessages, (name, metric) => ({
    [`${name}-failed`]: {
      metric,
      above: 0,
      description: `${name} failed on a file, message or record, which delays it. It is retried, and goes to the dead-letter queue after the last attempt. Search its logs for 'message failed'.`,
    },
  })),
  ...queueAlarms(queues, functions),
  ...changeAlarms(changeQueues),
  ...streamAlarms(streamFailures, functions),
  ...throttleAlarms('Table', 'the table', table, {}),
  ...Object.assign(
    {},
    // The metric of the table alone does not include its indexes.
    ...Object.keys(definition.indexes).map((index) =>
      throttleAlarms(`Index-${index}-`, `the index ${index}`, table, { GlobalSecondaryIndexName: index }),
    ),
  ),
});

const queueAlarms = (
  queues: MonitoredResources['queues'],
  functions: MonitoredResources['functions'],
): Record<string, AlarmDefinition> =>
  alarmsOfEach(queues, (name, { queue, deadLetters }) => ({
    [`${name}-waiting`]: {
      metric: queue.metricApproximateAgeOfOldestMessage({ ...per5Minutes, statistic: 'Maximum' }),
      // A message may be delayed for 15 minutes and processed for 15 more.
      above: Duration.minutes(45).toSeconds(),
      description: `Files or messages of ${name} have waited for over 45 minutes. Check whether its worker runs, or raise importsConcurrency.`,
    },
    [`${name}-loop-stopped`]: {
      metric: recursionsDropped(functions.get(`${name}-queue`)),
      above: 0,
      description: `Lambda took ${name}-queue for an endless loop and dropped a message, so an import or an erasure has stopped. Deploy again, which sets recursive loop detection to Allow, then resume the job.`,
    },
    [`${name}-dead-letters`]: {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, statistic: 'Maximum' }),
      above: 0,
      description: `A file or message of ${name} failed five times and is in the dead-letter queue. Rows of a file may be missing until it is sent back to its queue. It is kept for at least 10 days.`,
    },
  }));

const changeAlarms = (changeQueues: MonitoredResources['changeQueues']): Record<string, AlarmDefinition> =>
  alarmsOfEach(changeQueues, (name, { queue, deadLetters }) => ({
    [`${name}-waiting`]: {
      metric: queue.metricApproximateAgeOfOldestMessage({ ...per5Minutes, statistic: 'Maximum' }),
      above: Duration.minutes(45).toSeconds(),
      description: `${name} is over 45 minutes behind the changes of the table, and its results lack the newest. Changes wait for 14 days and are retried for two. Read its logs.`,
    },
    [`${name}-dead-letters`]: {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, statistic: 'Maximum' }),
      above: 0,
      description: `${name} gave up on some changes, and its results lack them. Fix the cause, then send them back to its queue. They are kept for at least 12 days.`,
    },
  }));

const streamAlarms = (
  streamFailures: MonitoredResources['streamFailures'],
  functions: MonitoredResources['functions'],
): Record<string, AlarmDefinition> =>
  alarmsOfEach(streamFailures, (name, deadLetters) => ({
    [`${name}-behind`]: {
      metric: iteratorAge(functions.get(`${name}-stream`)),
      above: Duration.hours(1).toMilliseconds(),
      description: `The ${name} of the table are over an hour behind, and the archive and all other consumers lack the newest. They wait in the table's stream for 22 hours, then Lambda stores them in the archive's bucket below aws/lambda/. Read the logs of ${name}-stream.`,
    },
    [`${name}-dead-letters`]: {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, statistic: 'Maximum' }),
      above: 0,
      description: `Some ${name} could not be sent to their consumers. The archive's bucket keeps them below set-aside/ for 14 days, and the messages of this queue name them. See docs/changes.md for what to do.`,
    },
  }));

const throttleAlarms = (
  id: string,
  name: string,
  table: UsedTable,
  more: Readonly<Record<string, string>>,
): Record<string, AlarmDefinition> => {
  const metric = (of: string): IMetric =>
    table.metric(of, { ...total, dimensionsMap: { TableName: table.tableName, ...more } });
  return {
    [`${id}WriteThrottles`]: {
      metric: metric('WriteThrottleEvents'),
      above: 0,
      description: `DynamoDB throttles writes to ${name}. Callers wait for retries, then get 5xx responses. Look for one profile, list or metric that takes most of the load.`,
    },
    [`${id}ReadThrottles`]: {
      metric: metric('ReadThrottleEvents'),
      above: 0,
      description: `DynamoDB throttles reads of ${name}. Callers wait for retries, then get 5xx responses. Look for one list or timeline that takes most of the load.`,
    },
  };
};

const recursionsDropped = (handler: LambdaFunction | undefined): IMetric => {
  if (!handler) throw new Error('Each queue needs a function that processes it.');
  return handler.metric('RecursiveInvocationsDropped', total);
};

const iteratorAge = (handler: LambdaFunction | undefined): IMetric => {
  if (!handler) throw new Error('Each queue of stream failures needs the function that reads the stream.');
  return handler.metric('IteratorAge', { ...per5Minutes, statistic: 'Maximum' });
};

const total: MetricOptions = { ...per5Minutes, statistic: 'Sum' };

const alarmsOfEach = <Resource>(
  resources: ReadonlyMap<string, Resource>,
  alarmsOf: (name: string, resource: Resource) => Record<string, AlarmDefinition>,
) => Object.assign({}, ...[...resources].map(([name, resource]) => alarmsOf(name, resource)));
