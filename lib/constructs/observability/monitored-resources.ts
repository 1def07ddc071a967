import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { ChangeQueue } from '../../resources/queues/change-queue.ts';
import type { DomainQueue } from '../../resources/queues/domain-queue.ts';
import type { UsedTable } from '../../resources/table.ts';

/** What runs, by name: all that is watched and shown. */
export interface Parts {
  readonly api: HttpApi;
  readonly table: UsedTable;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly queues: ReadonlyMap<string, DomainQueue>;
  /** Each by the name of the function that works through it. */
  readonly changeQueues: ReadonlyMap<string, ChangeQueue>;
  /** Messages and records that failed and come again, by the function that they failed in. */
  readonly failedMessages: ReadonlyMap<string, IMetric>;
  /** By domain; its function is `<domain>-stream`. */
  readonly streamFailures: ReadonlyMap<string, IQueue>;
}

export const per5Minutes = { period: Duration.minutes(5) } as const;
