import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { ChangeQueue } from '../../resources/queues/change-queue.ts';
import type { ServiceQueue } from '../../resources/queues/service-queue.ts';
import type { UsedTable } from '../../resources/table.ts';

/** The resources that alarms and the dashboard cover, by name. */
export interface MonitoredResources {
  readonly api: HttpApi;
  readonly table: UsedTable;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly queues: ReadonlyMap<string, ServiceQueue>;
  /** By the name of the function that processes the queue. */
  readonly changeQueues: ReadonlyMap<string, ChangeQueue>;
  /** Counts of messages and records that failed and are retried, by function. */
  readonly failedMessages: ReadonlyMap<string, IMetric>;
  /** By service. Its function is `<service>-stream`. */
  readonly streamFailures: ReadonlyMap<string, IQueue>;
}

export const per5Minutes = { period: Duration.minutes(5) } as const;
