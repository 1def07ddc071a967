import { Duration } from 'aws-cdk-lib';
import {
  type Code,
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type Function as LambdaFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Domain, streamTriggersOf } from '../../functions/platform/service/service.ts';
import { definition } from '../../functions/platform/table/definition.ts';
import { allow } from '../resources/allow.ts';
import type { Settings } from '../settings/settings.ts';
import { DomainFunction, type Resources } from './domain-function.ts';

export interface StreamWorkerProps {
  readonly domain: Domain;
  readonly code: Code;
  /** Is told of what could not be handled. */
  readonly failures: IQueue;
  readonly resources: Resources;
  readonly settings: Settings;
}

/** Takes new items from the table's stream, many at once. */
export class StreamWorker extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { failures, ...props }: StreamWorkerProps) {
    super(scope, id);
    const { domain, resources } = props;
    const streamArn = streamOf(resources);
    this.function = new DomainFunction(this, 'Function', {
      ...props,
      entryPoint: 'stream',
      timeout: Duration.minutes(2),
      memorySize: 1024,
      statements: [
        allow({
          actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((a) => `dynamodb:${a}`),
          resources: [streamArn],
        }),
      ],
    }).function;
    const source = new EventSourceMapping(this, 'Source', {
      target: this.function,
      eventSourceArn: streamArn,
      // What was stored while there was no function, up to a day, is not left out.
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: streamTriggersOf(domain).map(({ sortKeyPrefix }) =>
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { Keys: { [definition.sk]: { S: FilterRule.beginsWith(sortKeyPrefix) } } },
        }),
      ),
      // As many as there are in five minutes, or as fit into the 6 MB that Lambda hands over.
      batchSize: 10_000,
      maxBatchingWindow: Duration.minutes(5),
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // The stream forgets after 24 hours; until then everything that passes by itself has passed.
      retryAttempts: 100,
      maxRecordAge: Duration.hours(20),
      onFailure: new SqsDlq(failures),
    });
    // It is refused where the role may not read the stream yet.
    source.node.addDependency(this.function.role ?? this.function);
  }
}

const streamOf = ({ table: { tableStreamArn } }: Resources): string => {
  if (tableStreamArn === undefined) throw new Error('The table has no stream.');
  return tableStreamArn;
};
