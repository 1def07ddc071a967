import { Validations } from 'aws-cdk-lib';
import { type Code, type Function as LambdaFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { Domain } from '../../../functions/platform/service/service.ts';
import { allow } from '../../resources/allow.ts';
import { type DomainQueue, EXHAUSTED_TIMEOUT } from '../../resources/queues/domain-queue.ts';
import type { Settings } from '../../settings/settings.ts';
import { DomainFunction, type Resources } from '../functions/domain-function.ts';

export interface ExhaustedWorkerProps {
  readonly domain: Domain;
  readonly code: Code;
  /** Of the queue. */
  readonly key: string;
  readonly source: DomainQueue;
  readonly resources: Resources;
  readonly settings: Settings;
}

/**
 * Fails the jobs of messages that were given up. A function of its own: that a worker is throttled, runs out of memory or
 * has no concurrency left is what messages die of.
 */
export class ExhaustedWorker extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { source, key, ...props }: ExhaustedWorkerProps) {
    super(scope, id);
    this.function = new DomainFunction(this, 'Function', {
      ...props,
      entryPoint: 'exhausted',
      label: `${key}: exhausted`,
      timeout: EXHAUSTED_TIMEOUT,
      environment: { SOURCE_QUEUE_URL: source.queue.queueUrl, DEAD_LETTERS_URL: source.deadLetters.queueUrl },
      // It sends back what EventBridge could not deliver.
      recursiveLoop: RecursiveLoop.ALLOW,
      statements: [allow({ actions: ['sqs:SendMessage'], resources: [source.deadLetters.queueArn] })],
    }).function;
    // Without a maximum of concurrency Lambda asks an empty queue twice at once, not five times.
    this.function.addEventSource(
      new SqsEventSource(source.exhausted, { batchSize: 10, reportBatchItemFailures: true }),
    );
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'That is for streams. What fails goes to the dead-letter queue of its own queue.',
    });
  }
}
