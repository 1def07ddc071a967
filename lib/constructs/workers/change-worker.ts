import { Duration, Validations } from 'aws-cdk-lib';
import type { Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { type ChangeQueue as DeclaredQueue, gatherSecondsOf } from '../../../functions/platform/service/queues.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { allow } from '../../resources/allow.ts';
import { CHANGE_TIMEOUT, type ChangeQueue } from '../../resources/queues/change-queue.ts';
import type { Settings } from '../../settings/settings.ts';
import { type Resources, ServiceFunction } from '../functions/service-function.ts';

export interface ChangeWorkerProps {
  readonly service: ServiceDeclaration;
  readonly code: Code;
  /** The declaration of the service. */
  readonly queue: DeclaredQueue;
  readonly source: ChangeQueue;
  /** How long the reader of the stream gathers records. */
  readonly gatheredSeconds: number;
  readonly resources: Resources;
  readonly settings: Settings;
}

const MEMORY_MB = 1024;

/** Processes a service's queue of changes. */
export class ChangeWorker extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { source, queue, gatheredSeconds, ...props }: ChangeWorkerProps) {
    super(scope, id);
    const { importsConcurrency, reservedConcurrency } = props.settings;
    const { timeoutSeconds, memoryMb = MEMORY_MB, concurrency = importsConcurrency, isFifo, triggers } = queue;
    // If another consumer allows less time, this one gathers for the rest of its own. A FIFO queue cannot gather.
    const leftSeconds = isFifo ? 0 : Math.max(0, ...triggers.map(gatherSecondsOf)) - gatheredSeconds;
    this.function = new ServiceFunction(this, 'Function', {
      ...props,
      entryPoint: 'change',
      label: `${props.service.name}: ${queue.name ?? ''}`,
      timeout: timeoutSeconds === undefined ? CHANGE_TIMEOUT : Duration.seconds(timeoutSeconds),
      memorySize: memoryMb,
      reservedConcurrentExecutions: reservedConcurrency,
      environment: { DEAD_LETTERS_URL: source.deadLetters.queueUrl },
      statements: [allow({ actions: ['sqs:SendMessage'], resources: [source.deadLetters.queueArn] })],
    }).function;
    this.function.addEventSource(
      new SqsEventSource(source.queue, {
        ...(leftSeconds > 0 ? { batchSize: 100, maxBatchingWindow: Duration.seconds(leftSeconds) } : { batchSize: 10 }),
        reportBatchItemFailures: true,
        maxConcurrency: Math.min(concurrency, importsConcurrency),
      }),
    );
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'That is for streams. Failures go to the dead-letter queue of the source queue.',
    });
  }
}
