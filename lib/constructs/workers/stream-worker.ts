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
import { consumersOf, streamGatherSeconds } from '../../../functions/platform/service/queues.ts';
import type { Domain } from '../../../functions/platform/service/service.ts';
import { allow } from '../../resources/allow.ts';
import { archive } from '../../resources/archive.ts';
import type { ChangeQueue } from '../../resources/queues/change-queue.ts';
import type { Settings } from '../../settings/settings.ts';
import { DomainFunction, type Resources } from '../functions/domain-function.ts';
import { filtersOf } from './change-filters.ts';

export interface StreamWorkerProps {
  readonly domain: Domain;
  readonly code: Code;
  /** All that are deployed: those with change triggers are sent changes. */
  readonly domains: readonly Domain[];
  /** By their keys. */
  readonly changeQueues: ReadonlyMap<string, ChangeQueue>;
  /** Receives notices of what was set aside. */
  readonly failures: IQueue;
  readonly resources: Resources;
  readonly settings: Settings;
}

/** Reads the table's stream, many records at once, for all that want changes. */
export class StreamWorker extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { domains, changeQueues, failures, ...props }: StreamWorkerProps) {
    super(scope, id);
    const { table, of } = props.resources;
    const { bucketArn } = of(archive);
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error('The table has no stream.');
    const consumers = consumersOf(domains);
    const queueOf = ({ name }: { readonly name: string }): IQueue => {
      const queue = changeQueues.get(name)?.queue;
      if (!queue) throw new Error(`There is no queue ${name}.`);
      return queue;
    };
    const named = consumers.map((one) => ({ ...one, url: queueOf(one).queueUrl }));
    const queues = [...consumers.map(queueOf), failures];
    this.function = new DomainFunction(this, 'Function', {
      ...props,
      entryPoint: 'stream',
      environment: { DEAD_LETTERS_URL: failures.queueUrl, CHANGE_CONSUMERS: Stack.of(this).toJsonString(named) },
      timeout: Duration.minutes(2),
      statements: [
        allow({
          actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((a) => `dynamodb:${a}`),
          resources: [tableStreamArn],
        }),
        allow({ actions: ['sqs:SendMessage'], resources: queues.map(({ queueArn }) => queueArn) }),
        // Lambda asks for it where it keeps what the function failed at.
        allow({ actions: ['s3:ListBucket'], resources: [bucketArn] }),
      ],
    }).function;
    if (consumers.length === 0) return;
    const source = new EventSourceMapping(this, 'Source', {
      target: this.function,
      eventSourceArn: tableStreamArn,
      // What was stored while there was no function, up to a day, is not left out.
      startingPosition: StartingPosition.TRIM_HORIZON,
      // It is not started for what nobody wants.
      filters: filtersOf(consumers),
      // As many as there are in the time that the least patient consumer allows, or as fit into the 6 MB that Lambda
      // hands over: a batch is a message for each consumer.
      batchSize: 10_000,
      maxBatchingWindow: Duration.seconds(streamGatherSeconds(domains)),
      // One batch of a shard at a time: changes of one key come in order.
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // The stream forgets after 24 hours; until then everything that passes by itself has passed. What a change itself
      // can be to blame for, the function sets aside at once.
      retryAttempts: 10_000,
      maxRecordAge: Duration.hours(22),
      onFailure: wholeInto(bucketArn),
    });
    // It is refused where the role may not read the stream yet.
    source.node.addDependency(this.function.role ?? this.function);
  }
}

/** In a bucket Lambda keeps the records themselves; a queue it tells only their numbers, which the stream soon forgets. */
const wholeInto = (destination: string): IEventSourceDlq => ({ bind: () => ({ destination }) });
