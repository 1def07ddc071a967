import type { Context as LambdaContext, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { errorFields, MESSAGE_FAILED } from '../log.ts';
import { inParallel } from '../parallel.ts';
import { type Services, servicesFromEnvironment } from '../resources/services.ts';
import { openLazyPool } from '../table/client/transport/lazy-pool.ts';
import { storeError } from './last-error.ts';
import { findMatches } from './match.ts';
import type { Deadline, TriggeredService } from './trigger.ts';
import { setYoungGenerationSize } from './young-generation.ts';

/**
 * Handles the messages of a service's queue: uploads, notices, and messages of the service itself. A message that fails
 * is reported alone. SQS redelivers it, and moves it to the exhausted queue after some attempts.
 */
export const serveQueue = (service: TriggeredService, openServices: () => Services = openPooledServices) => {
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
    // Most queues bring one. Those of others wait for the network, and no message waits behind another.
    const failures = await inParallel(Records, Records.length, async ({ messageId, body }) => {
      try {
        for (const match of findMatches(JSON.parse(body), service.triggers))
          await match.handle(servicesInTime, deadline);
        return [];
      } catch (error) {
        servicesInTime.log.error(MESSAGE_FAILED, { domain: service.name, messageId, ...errorFields(error) });
        await storeError({ messageId, error, requestId: context.awsRequestId }, servicesInTime);
        return [{ itemIdentifier: messageId }];
      }
    });
    return { batchItemFailures: failures.flat() };
  };
};

/** Opens a connection pool for the table: files have thousands of rows. */
const openPooledServices = (): Services => servicesFromEnvironment(openLazyPool);
