import type { Context as LambdaContext, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { errorFields, MESSAGE_FAILED } from '../log.ts';
import { inParallel } from '../parallel.ts';
import type { Visibility } from '../queues/visibility.ts';
import { type Services, servicesFromEnvironment, visibilityFromEnvironment } from '../resources/services.ts';
import { openLazyPool } from '../table/client/transport/lazy-pool.ts';
import { startHeartbeat } from './heartbeat.ts';
import { storeError } from './last-error.ts';
import { findMatches } from './match.ts';
import type { Deadline, TriggeredService } from './trigger.ts';
import { setYoungGenerationSize } from './young-generation.ts';

interface WorkerServices extends Services {
  /** Of the messages in the worker's queue. Without it, the message of a killed worker comes again later. */
  readonly visibility?: Visibility | undefined;
}

/**
 * Handles the messages of a service's queue: uploads, notices, and messages of the service itself. A message that fails
 * is reported alone. SQS redelivers it, and moves it to the exhausted queue after some attempts.
 */
export const serveQueue = (service: TriggeredService, openServices: () => WorkerServices = openPooledServices) => {
  return async (
    { Records }: SQSEvent,
    context: Pick<LambdaContext, 'getRemainingTimeInMillis'> & Partial<Pick<LambdaContext, 'awsRequestId'>>,
  ): Promise<SQSBatchResponse> => {
    await setYoungGenerationSize();
    const deadline: Deadline = { remainingMs: () => context.getRemainingTimeInMillis() };
    const baseServices = openServices();
    const servicesInTime = {
      ...baseServices,
      table: (await baseServices.table.withDeadline?.(deadline.remainingMs)) ?? baseServices.table,
    };
    const { log } = servicesInTime;
    const receiptHandles = Records.map(({ receiptHandle }) => receiptHandle);
    const heartbeat = startHeartbeat({ receiptHandles, ...deadline, visibility: baseServices.visibility, log });
    // Most queues bring one. Those of others wait for the network, and no message waits behind another.
    const failures = await inParallel(Records, Records.length, async ({ messageId, body, receiptHandle }) => {
      try {
        for (const match of findMatches(JSON.parse(body), service.triggers))
          await match.handle(servicesInTime, deadline);
        return [];
      } catch (error) {
        log.error(MESSAGE_FAILED, { domain: service.name, messageId, ...errorFields(error) });
        await storeError({ messageId, error, requestId: context.awsRequestId }, servicesInTime);
        return [{ messageId, receiptHandle }];
      }
    });
    const failed = failures.flat();
    await heartbeat.end(failed.map(({ receiptHandle }) => receiptHandle));
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
};

/** Opens a connection pool for the table: files have thousands of rows. */
const openPooledServices = (): WorkerServices => ({
  ...servicesFromEnvironment(openLazyPool),
  visibility: visibilityFromEnvironment(),
});
