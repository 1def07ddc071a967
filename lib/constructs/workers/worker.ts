import { Duration, Validations } from 'aws-cdk-lib';
import { type Code, type Function as LambdaFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { MessageQueue } from '../../../functions/platform/service/queues.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import type { ServiceQueue } from '../../resources/queues/service-queue.ts';
import type { Settings } from '../../settings/settings.ts';
import { type Resources, ServiceFunction } from '../functions/service-function.ts';

export interface WorkerProps {
  readonly service: ServiceDeclaration;
  readonly code: Code;
  /** The declaration of the service. */
  readonly queue: MessageQueue;
  readonly source: ServiceQueue;
  readonly resources: Resources;
  readonly settings: Settings;
}

/** Lambda assigns one vCPU to this much memory. */
export const MEMORY_MB = 1769;
const SEMI_SPACE_MB = 64;

/**
 * Sets V8's heap sizes. Processing rows makes much garbage: a large young generation is collected less often, and
 * copies fewer live objects. Lambda's start script for Node 24 sets both sizes, unless `NODE_OPTIONS` names one of
 * them; then V8 would derive the other from the machine. So both are set here.
 */
const nodeOptions = (memoryMb: number): string => {
  const semiSpaceMb = Math.floor((SEMI_SPACE_MB * memoryMb) / MEMORY_MB);
  // The young generation has three semi-spaces. A tenth of the memory remains for buffers and Node.
  const oldSpaceMb = Math.floor(memoryMb * 0.9) - 3 * semiSpaceMb;
  return `--max-semi-space-size=${semiSpaceMb} --max-old-space-size=${oldSpaceMb}`;
};
export const NODE_OPTIONS = nodeOptions(MEMORY_MB);

/** Processes one of a service's queues. By default it has one vCPU, since it parses files. */
export class Worker extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { source, queue, ...props }: WorkerProps) {
    super(scope, id);
    const { workerTimeoutSeconds, importsConcurrency, reservedConcurrency } = props.settings;
    const { timeoutSeconds = workerTimeoutSeconds, memoryMb = MEMORY_MB, concurrency = importsConcurrency } = queue;
    this.function = new ServiceFunction(this, 'Function', {
      ...props,
      entryPoint: 'queue',
      label: `${queue.key}: queue`,
      timeout: Duration.seconds(timeoutSeconds),
      memorySize: memoryMb,
      environment: { SOURCE_QUEUE_URL: source.queue.queueUrl },
      reservedConcurrentExecutions: reservedConcurrency,
      // It continues its work by messages to its own queue, some hundred times for a large file. The chain ends with
      // the work, or after four starts without progress.
      recursiveLoop: RecursiveLoop.ALLOW,
    }).function;
    this.function.addEnvironment('NODE_OPTIONS', nodeOptions(memoryMb));
    this.function.addEventSource(
      new SqsEventSource(source.queue, {
        // A message can take the whole timeout, so none may wait behind another of its batch: those of a batch are
        // handled at the same time.
        batchSize: queue.messagesAtOnce ?? 1,
        reportBatchItemFailures: true,
        // `importsConcurrency` is fitted to the account.
        maxConcurrency: Math.min(concurrency, importsConcurrency),
      }),
    );
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'That is for streams. Failures go to the dead-letter queue of the source queue.',
    });
  }
}
