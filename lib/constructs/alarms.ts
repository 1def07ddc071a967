import { Duration, Validations } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { type Parts, per5Minutes } from './parts.ts';

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
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { parts, settings }: AlarmsProps) {
    super(scope, id);
    const topic = settings.alarmEmail === undefined ? undefined : this.topic(settings.alarmEmail);
    this.all = Object.entries(watches(parts)).map(([name, { metric, above, who }]) => {
      const alarm = new Alarm(this, name, {
        metric,
        threshold: above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription: who,
      });
      if (topic) alarm.addAlarmAction(new SnsAction(topic));
      return alarm;
    });
  }

  private topic(address: string): Topic {
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(address));
    Validations.of(topic).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason: 'A mail that bounces is of no use in a queue. The alarm stays on, and on the dashboard.',
    });
    return topic;
  }
}

const watches = ({ api, functions, queues, streamFailures, table }: Parts): Record<string, Watch> => ({
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
  ...merged(queues, (name, { queue, deadLetters }) => ({
    [`${name}-waiting`]: {
      metric: queue.metricApproximateAgeOfOldestMessage({ ...per5Minutes, statistic: 'Maximum' }),
      above: Duration.hours(1).toSeconds(),
      who: `Whoever dropped a file for ${name} waits for over an hour. Look whether its worker fails, or raise importsConcurrency.`,
    },
    [`${name}-dead-letters`]: {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, statistic: 'Maximum' }),
      above: 0,
      who: `A file or message for ${name} failed five times and was set aside: rows of somebody's file are missing until it is sent back to its queue. Nothing is lost for 14 days.`,
    },
  })),
  ...merged(streamFailures, (name, deadLetters) => ({
    [`${name}-behind`]: {
      metric: iteratorAge(functions.get(`${name}-stream`)),
      above: Duration.hours(1).toMilliseconds(),
      who: `${name} has not got new events for over an hour: whoever queries them misses the newest. They wait in the table's stream for 24 hours, then they are missing for good. Look at the logs of ${name}-stream.`,
    },
    [`${name}-dead-letters`]: {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ ...per5Minutes, statistic: 'Maximum' }),
      above: 0,
      who: `${name} gave up on some events: whoever queries it misses them. The table still has them, until their retention is over: see docs/archive.md for how to archive them again.`,
    },
  })),
  TableWriteThrottles: {
    metric: table.metric('WriteThrottleEvents', total),
    above: 0,
    who: 'DynamoDB turned writes away: callers wait for more tries, then get 5xx answers. Look for one profile that takes most of the load.',
  },
  TableReadThrottles: {
    metric: table.metric('ReadThrottleEvents', total),
    above: 0,
    who: 'DynamoDB turned reads away: callers wait for more tries, then get 5xx answers. Look for one list or timeline that takes most of the load.',
  },
});

const iteratorAge = (handler: LambdaFunction | undefined): IMetric => {
  if (!handler) throw new Error('Each queue of stream failures has a function that fails.');
  return handler.metric('IteratorAge', { ...per5Minutes, statistic: 'Maximum' });
};

const total: MetricOptions = { ...per5Minutes, statistic: 'Sum' };

const merged = <Part>(parts: ReadonlyMap<string, Part>, watch: (name: string, part: Part) => Record<string, Watch>) =>
  Object.assign({}, ...[...parts].map(([name, part]) => watch(name, part)));
