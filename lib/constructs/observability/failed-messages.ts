import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { MESSAGE_FAILED } from '../../../functions/platform/log.ts';
import { per5Minutes } from './monitored-resources.ts';

export interface FailedMessagesProps {
  readonly logGroup: ILogGroup;
  /** Of the deployment; with the function's, it makes the metric its own. */
  readonly deployment: string;
  readonly functionName: string;
}

/**
 * Counts messages that failed and will come again. Lambda does not count them as errors: they are reported one by one,
 * so that a message that goes on failing slows no other down. A filter costs nothing, its metric only in hours in which
 * something failed.
 */
export class FailedMessages extends Construct {
  readonly metric: IMetric;

  constructor(scope: Construct, id: string, { logGroup, deployment, functionName }: FailedMessagesProps) {
    super(scope, id);
    const filter = new MetricFilter(this, 'Filter', {
      logGroup,
      // The phrase in a line of any format.
      filterPattern: FilterPattern.literal(`"${MESSAGE_FAILED}"`),
      metricNamespace: `Tributary/${deployment}`,
      metricName: `${functionName}-failed`,
      metricValue: '1',
    });
    this.metric = filter.metric({ ...per5Minutes, statistic: 'Sum' });
  }
}
