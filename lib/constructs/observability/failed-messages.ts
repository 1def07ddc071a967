import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { MESSAGE_FAILED } from '../../../functions/platform/log.ts';
import { per5Minutes } from './monitored-resources.ts';

export interface FailedMessagesProps {
  readonly logGroup: ILogGroup;
  /** The deployment. With the function's name it makes the metric unique. */
  readonly deployment: string;
  readonly functionName: string;
}

/**
 * Counts messages that failed and are retried. Lambda does not count them as errors, since the function reports them
 * one by one, so that a failing message delays no other. A filter costs nothing, and its metric only in hours with
 * failures.
 */
export class FailedMessages extends Construct {
  readonly metric: IMetric;

  constructor(scope: Construct, id: string, { logGroup, deployment, functionName }: FailedMessagesProps) {
    super(scope, id);
    const filter = new MetricFilter(this, 'Filter', {
      logGroup,
      // Matches the phrase in a line of any format.
      filterPattern: FilterPattern.literal(`"${MESSAGE_FAILED}"`),
      metricNamespace: `Tributary/${deployment}`,
      metricName: `${functionName}-failed`,
      metricValue: '1',
    });
    this.metric = filter.metric({ ...per5Minutes, statistic: 'Sum' });
  }
}
