import { Validations } from 'aws-cdk-lib';
import { type Code, type Function as LambdaFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { allow } from '../../resources/allow.ts';
import { EXHAUSTED_TIMEOUT, type ServiceQueue } from '../../resources/queues/service-queue.ts';
import type { Settings } from '../../settings/settings.ts';
import { type Resources, ServiceFunction } from '../functions/service-function.ts';

export interface ExhaustedWorkerProps {
  readonly service: ServiceDeclaration;
  readonly code: Code;
  /** The key of the queue. */
  readonly key: string;
  readonly source: ServiceQueue;
  readonly resources: Resources;
  readonly settings: Settings;
}

/**
 * Fails the jobs of messages that have used up their retries. It is a separate function, since messages fail because a
 * worker is throttled, runs out of memory or lacks concurrency.
 */
export class ExhaustedWorker extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { source, key, ...props }: ExhaustedWorkerProps) {
    super(scope, id);
    this.function = new ServiceFunction(this, 'Function', {
      ...props,
      entryPoint: 'exhausted',
      label: `${key}: exhausted`,
      timeout: EXHAUSTED_TIMEOUT,
      environment: { SOURCE_QUEUE_URL: source.queue.queueUrl, DEAD_LETTERS_URL: source.deadLetters.queueUrl },
      // It sends undelivered events of EventBridge back to the source queue.
      recursiveLoop: RecursiveLoop.ALLOW,
      statements: [allow({ actions: ['sqs:SendMessage'], resources: [source.deadLetters.queueArn] })],
    }).function;
    // Without a maximum concurrency, Lambda polls an empty queue with two requests at once instead of five.
    this.function.addEventSource(
      new SqsEventSource(source.exhausted, { batchSize: 10, reportBatchItemFailures: true }),
    );
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'That is for streams. Failures go to the dead-letter queue of the source queue.',
    });
  }
}
