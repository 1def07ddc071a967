import { Duration, Validations } from 'aws-cdk-lib';
import { type Code, type Function as LambdaFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { Domain } from '../../functions/domain.ts';
import type { Settings } from '../settings.ts';
import { DomainFunction, type Resources } from './domain-function.ts';
import type { DomainQueue } from './domain-queue.ts';

export interface WorkerProps {
  readonly domain: Domain;
  readonly code: Code;
  readonly source: DomainQueue;
  readonly resources: Resources;
  readonly settings: Settings;
}

/**
 * Rows of a file leave much behind that is of no use a moment later. With more room for what is new it is swept less often,
 * and less of what is still in use is copied each time: a worker has the memory for the sake of its processor.
 */
export const NODE_OPTIONS = '--max-semi-space-size=128';

/** Works through a domain's queue, on a whole processor: it parses files. */
export class Worker extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { source, ...props }: WorkerProps) {
    super(scope, id);
    const { workerTimeoutSeconds, importsConcurrency, reservedConcurrency } = props.settings;
    this.function = new DomainFunction(this, 'Function', {
      ...props,
      entryPoint: 'queue',
      timeout: Duration.seconds(workerTimeoutSeconds),
      memorySize: 1769,
      reservedConcurrentExecutions: reservedConcurrency,
      // It hands its work over to the next run by its own queue, a large file some hundred times. Each hand-over ends
      // with what is left of the work, or after four starts without progress.
      recursiveLoop: RecursiveLoop.ALLOW,
    }).function;
    this.function.addEnvironment('NODE_OPTIONS', NODE_OPTIONS);
    this.function.addEventSource(
      new SqsEventSource(source.queue, {
        // A message can need the whole time of a function, so that none waits behind another of its batch.
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: importsConcurrency,
      }),
    );
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'That is for streams. What fails goes to the dead-letter queue of its own queue.',
    });
  }
}
