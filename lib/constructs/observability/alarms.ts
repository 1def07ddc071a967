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
import { Construct } from 'constructs';
import { definition } from '../../../functions/platform/table/definition.ts';
import type { UsedTable } from '../../resources/table.ts';
import type { Settings } from '../../settings/settings.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { type Parts, per5Minutes } from './monitored-resources.ts';

export interface AlarmsProps {
  readonly parts: Parts;
  readonly settings: Settings;
}

interface Watch {
  readonly metric: IMetric;
  /** The alarm goes off above it. */
  readonly above: number;
  readonly who: string;
}

/** Each alarm says who is hurt and what to look at, since that is what its mail shows. */
export class Alarms extends Construct {
  readonly byName: ReadonlyMap<string, Alarm>;

  constructor(scope: Construct, id: string, { parts, settings }: AlarmsProps) {
    super(scope, id);
    const { alarmEmail } = settings;
    const topic = alarmEmail === undefined ? undefined : new AlarmTopic(this, 'Mail', { address: alarmEmail }).topic;
    const alarms = Object.entries(watches(parts)).map(([name, { metric, above, who }]): [string, Alarm] => {
      const alarm = new Alarm(this, name, {
        metric,
        threshold: above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription: who,
      });
      if (topic) {
        alarm.addAlarmAction(new SnsAction(topic));
        alarm.addOkAction(new SnsAction(topic));
      }
      return [name, alarm];
    });
    this.byName = new Map(alarms);
  }
}

const watches = ({
  api,
  functions,
  queues,
  changeQueues,
  failedMessages,
  streamFailures,
  table,
}: Parts): Record<string, Watch> => ({
  ApiErrors: {
    metric: api.metricServerError(total),
    above: 5,
    who: 'Integrations and browsers get 5xx answers: what they sent is not stored unless they send it again. Look at the logs of the function that the access log names.',
  },
  ...merged(functions, (name, handler) => ({
    [`${name}-errors`]: {
      metric: handler.metricErrors(total),
      above: 0,
      who: `${name} crashed or ran out of time. Whoever called it got a 5xx; a file or message is tried again. Look at its logs.`,
    },
    [`${name}-throttles`]: {
      metric: handler.metricThrottles(total),
      above: 0,
      who: `${name} could not start for want of concurrency: callers get 5xx answers, imports wait. Ask AWS for more concurrency, or raise what is reserved.`,
    },
  })),
  ...merged(failedMessages, (name, metric) => ({
    [`${name}-failed`]: {
      metric,
      above: 0,
      who: `${name} failed on a file, message or record: whoever waits for it waits longer. It comes again by itself, and is set aside after the last try. Look for 'message failed' in its logs.`,
    },
  })),
  ...queueWatches(queues, functions),
  ...changeWatches(changeQueues),
  ...streamWatches(streamFailures, functions),
  ...throttles('Table', 'the table', table, {}),
  ...Object.assign(
    {},
    // By the name of the table alone, CloudWatch counts none of its indexes.
    ...Object.keys(definition.indexes).map((index) =>
      throttles(`Index-${index}-`, `the index ${index}`, table, { GlobalSecondaryIndexName: index }),
    ),
  ),
});

const queueWatches = (queues: Parts['queues'], functions: Parts['functions']): Record<string, Watch> =>
  merged(queues, (name, { queue, deadLetters }) => ({
    [`${name}-waiting`]: {
      metric: queue.metricApproximateAgeOfOldestMessage({ ...per5Minutes, statistic: 'Maximum' }),
      // A message may be delayed for 15 minutes and worked on for 15 more.
      above: Duration.minutes(45).toSeconds(),
      who: `Whoever dropped a file for ${name} waits for over 45 minutes. Look whether its worker runs, or raise importsConcurrency.`,
    },
    [`${name}-loop-stopped`]: {
      metric: recursionsDropped(functions.get(`${name}-queue`)),
      above: 0,
      who: `Lambda took ${name}-queue for an endless loop and dropped a message: a file or an erasure stops half-way. Set its recursive loop detection to Allow again, by deploying, then resume the job.`,
    },
    [`${name}-dead-letters`]: {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, statistic: 'Maximum' }),
      above: 0,
      who: `A file or message for ${name} failed five times and was set aside: rows of somebody's file are missing until it is sent back to its queue. It is kept for at least 10 days.`,
    },
  }));

const changeWatches = (changeQueues: Parts['changeQueues']): Record<string, Watch> =>
  merged(changeQueues, (name, { queue, deadLetters }) => ({
    [`${name}-waiting`]: {
      metric: queue.metricApproximateAgeOfOldestMessage({ ...per5Minutes, statistic: 'Maximum' }),
      above: Duration.minutes(45).toSeconds(),
      who: `${name} is over 45 minutes behind what happens in the table: whoever looks at its work misses the newest. Changes wait for 14 days and are tried for two. Look at its logs.`,
    },
    [`${name}-dead-letters`]: {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, statistic: 'Maximum' }),
      above: 0,
      who: `${name} gave up on some changes: whoever looks at its work misses them. Mend the cause, then send them back to its queue. They are kept for at least 12 days.`,
    },
  }));

const streamWatches = (streamFailures: Parts['streamFailures'], functions: Parts['functions']): Record<string, Watch> =>
  merged(streamFailures, (name, deadLetters) => ({
    [`${name}-behind`]: {
      metric: iteratorAge(functions.get(`${name}-stream`)),
      above: Duration.hours(1).toMilliseconds(),
      who: `Nobody was sent ${name} of the table for over an hour: the archive and all else that follows them miss the newest. They wait in the table's stream for 22 hours, then Lambda keeps them in the archive's bucket below aws/lambda/. Look at the logs of ${name}-stream.`,
    },
    [`${name}-dead-letters`]: {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, statistic: 'Maximum' }),
      above: 0,
      who: `Some ${name} could not be sent to who wants them. They lie in the archive's bucket below set-aside/ for 14 days, where the messages of this queue name them: see docs/changes.md for what to do with them.`,
    },
  }));

const throttles = (
  id: string,
  name: string,
  table: UsedTable,
  more: Readonly<Record<string, string>>,
): Record<string, Watch> => {
  const metric = (of: string): IMetric =>
    table.metric(of, { ...total, dimensionsMap: { TableName: table.tableName, ...more } });
  return {
    [`${id}WriteThrottles`]: {
      metric: metric('WriteThrottleEvents'),
      above: 0,
      who: `DynamoDB turned writes to ${name} away: callers wait for more tries, then get 5xx answers. Look for one profile, list or metric that takes most of the load.`,
    },
    [`${id}ReadThrottles`]: {
      metric: metric('ReadThrottleEvents'),
      above: 0,
      who: `DynamoDB turned reads of ${name} away: callers wait for more tries, then get 5xx answers. Look for one list or timeline that takes most of the load.`,
    },
  };
};

const recursionsDropped = (handler: LambdaFunction | undefined): IMetric => {
  if (!handler) throw new Error('Each queue has a function that works through it.');
  return handler.metric('RecursiveInvocationsDropped', total);
};

const iteratorAge = (handler: LambdaFunction | undefined): IMetric => {
  if (!handler) throw new Error('Each queue of stream failures has a function that fails.');
  return handler.metric('IteratorAge', { ...per5Minutes, statistic: 'Maximum' });
};

const total: MetricOptions = { ...per5Minutes, statistic: 'Sum' };

const merged = <Part>(parts: ReadonlyMap<string, Part>, watch: (name: string, part: Part) => Record<string, Watch>) =>
  Object.assign({}, ...[...parts].map(([name, part]) => watch(name, part)));
