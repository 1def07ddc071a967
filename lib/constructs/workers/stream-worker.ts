import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Code,
  EventSourceMapping,
  type IEventSourceDlq,
  type Function as LambdaFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { consumersOf, type StreamSource, streamSourcesOf } from '../../../functions/platform/service/queues.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { allow } from '../../resources/allow.ts';
import { archive } from '../../resources/archive.ts';
import type { ChangeQueue } from '../../resources/queues/change-queue.ts';
import type { Settings } from '../../settings/settings.ts';
import { type Resources, ServiceFunction } from '../functions/service-function.ts';
import { filtersOf } from './change-filters.ts';

export interface StreamWorkerProps {
  readonly service: ServiceDeclaration;
  readonly code: Code;
  /** All deployed services. Those with change triggers get changes. */
  readonly services: readonly ServiceDeclaration[];
  /** By their keys. */
  readonly changeQueues: ReadonlyMap<string, ChangeQueue>;
  /** Receives a message about each record that is set aside. */
  readonly failures: IQueue;
  readonly resources: Resources;
  readonly settings: Settings;
}

/** Reads the table's stream in large batches and sends the changes to all consumers. */
export class StreamWorker extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { services, changeQueues, failures, ...props }: StreamWorkerProps) {
    super(scope, id);
    const { table, of } = props.resources;
    const { bucketArn } = of(archive);
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error('The table has no stream.');
    const consumers = consumersOf(services);
    const queueOf = ({ name }: { readonly name: string }): IQueue => {
      const queue = changeQueues.get(name)?.queue;
      if (!queue) throw new Error(`The consumer ${name} has no queue.`);
      return queue;
    };
    const consumersWithUrls = consumers.map((one) => ({ ...one, url: queueOf(one).queueUrl }));
    const queues = [...consumers.map(queueOf), failures];
    this.function = new ServiceFunction(this, 'Function', {
      ...props,
      entryPoint: 'stream',
      environment: {
        DEAD_LETTERS_URL: failures.queueUrl,
        CHANGE_CONSUMERS: Stack.of(this).toJsonString(consumersWithUrls),
      },
      timeout: Duration.minutes(2),
      statements: [
        allow({
          actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((a) => `dynamodb:${a}`),
          resources: [tableStreamArn],
        }),
        allow({ actions: ['sqs:SendMessage'], resources: queues.map(({ queueArn }) => queueArn) }),
        // Lambda needs it to store records that the function failed on.
        allow({ actions: ['s3:ListBucket'], resources: [bucketArn] }),
      ],
    }).function;
    if (consumers.length === 0) return;
    const stream = { arn: tableStreamArn, failures: recordsTo(bucketArn) };
    const { gathered, urgent } = streamSourcesOf(services, props.settings.changesWithinSeconds);
    this.readFrom(gathered, 'Source', stream);
    if (urgent) this.readFrom(urgent, 'UrgentSource', stream);
  }

  /** Lambda's requests to the stream are free: a source costs nothing while no change comes. */
  private readFrom(
    { consumers, seconds }: StreamSource,
    id: string,
    { arn, failures }: { readonly arn: string; readonly failures: IEventSourceDlq },
  ): void {
    const source = new EventSourceMapping(this, id, {
      target: this.function,
      eventSourceArn: arn,
      // Includes changes of up to a day before the function existed.
      startingPosition: StartingPosition.TRIM_HORIZON,
      // Records that no consumer needs do not start the function.
      filters: filtersOf(consumers),
      // A batch is one message for each consumer. It ends after the shortest time that a consumer allows, or at the
      // 6 MB that Lambda delivers.
      batchSize: 10_000,
      maxBatchingWindow: Duration.seconds(seconds),
      // One batch of a shard at a time keeps the changes of a key in order.
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // The stream keeps records for 24 hours, longer than transient failures last. The function sets aside records
      // that fail by themselves at once.
      retryAttempts: 10_000,
      maxRecordAge: Duration.hours(22),
      onFailure: failures,
    });
    // Lambda refuses the mapping until the role may read the stream.
    source.node.addDependency(this.function.role ?? this.function);
  }
}

/** Lambda stores whole records in a bucket. To a queue it would only send their positions in the stream. */
const recordsTo = (destination: string): IEventSourceDlq => ({ bind: () => ({ destination }) });
