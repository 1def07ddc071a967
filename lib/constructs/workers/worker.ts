import { Duration, Validations } from 'aws-cdk-lib';
import { type Code, type Function as LambdaFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { MessageQueue } from '../../../functions/platform/service/queues.ts';
import type { Domain } from '../../../functions/platform/service/service.ts';
import type { DomainQueue } from '../../resources/queues/domain-queue.ts';
import type { Settings } from '../../settings/settings.ts';
import { DomainFunction, type Resources } from '../functions/domain-function.ts';

export interface WorkerProps {
  readonly domain: Domain;
  readonly code: Code;
  /** As the domain declares it. */
  readonly queue: MessageQueue;
  readonly source: DomainQueue;
  readonly resources: Resources;
  readonly settings: Settings;
}

/** A whole processor comes with this much. */
export const MEMORY_MB = 1769;
const SEMI_SPACE_MB = 128;

/**
 * Rows of a file leave much garbage behind. A large young generation is collected less often, and less of what is still
 * in use is copied each time. Lambda's start script for Node 24 passes sizes of its own, unless `NODE_OPTIONS` names one
 * of the two; then it passes neither, and V8 would take the other from the machine. So both are set.
 */
const nodeOptions = (memoryMb: number): string => {
  const semiSpaceMb = Math.floor((SEMI_SPACE_MB * memoryMb) / MEMORY_MB);
  // Three semi-spaces make the young generation; a tenth of the memory is left for buffers and Node itself.
  const oldSpaceMb = Math.floor(memoryMb * 0.9) - 3 * semiSpaceMb;
  return `--max-semi-space-size=${semiSpaceMb} --max-old-space-size=${oldSpaceMb}`;
};
export const NODE_OPTIONS = nodeOptions(MEMORY_MB);

/** Works through one of a domain's queues, on a whole processor where nothing else is declared: it parses files. */
export class Worker extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { source, queue, ...props }: WorkerProps) {
    super(scope, id);
    const { workerTimeoutSeconds, importsConcurrency, reservedConcurrency } = props.settings;
    const { timeoutSeconds = workerTimeoutSeconds, memoryMb = MEMORY_MB, concurrency = importsConcurrency } = queue;
    this.function = new DomainFunction(this, 'Function', {
      ...props,
      entryPoint: 'queue',
      label: `${queue.key}: queue`,
      timeout: Duration.seconds(timeoutSeconds),
      memorySize: memoryMb,
      reservedConcurrentExecutions: reservedConcurrency,
      // It hands its work over to the next run by its own queue, a large file some hundred times. Each hand-over ends
      // with what is left of the work, or after four starts without progress.
      recursiveLoop: RecursiveLoop.ALLOW,
    }).function;
    this.function.addEnvironment('NODE_OPTIONS', nodeOptions(memoryMb));
    this.function.addEventSource(
      new SqsEventSource(source.queue, {
        // A message can need the whole time of a function, so that none waits behind another of its batch.
        batchSize: 1,
        reportBatchItemFailures: true,
        // What the account has room for is the most.
        maxConcurrency: Math.min(concurrency, importsConcurrency),
      }),
    );
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'That is for streams. What fails goes to the dead-letter queue of its own queue.',
    });
  }
}
