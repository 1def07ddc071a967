import type { Context as LambdaContext, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { errorFields, MESSAGE_FAILED } from '../log.ts';
import { fromEnvironment, type Services } from '../resources/services.ts';
import { openLazyPool } from '../table/client/transport/lazy-pool.ts';
import { rememberError } from './last-error.ts';
import { matchesOf } from './match.ts';
import type { Deadline, Triggered } from './trigger.ts';
import { setYoungGenerationSize } from './young-generation.ts';

/**
 * A domain's queue brings what was uploaded and what the domain told itself. A message whose work throws is reported
 * alone: it comes again, and after some tries goes to the dead letters, while its neighbours are done.
 */
export const serveQueue = (domain: Triggered, services: () => Services = servicesForMany) => {
  return async (
    { Records }: SQSEvent,
    context: Pick<LambdaContext, 'getRemainingTimeInMillis'> & Partial<Pick<LambdaContext, 'awsRequestId'>>,
  ): Promise<SQSBatchResponse> => {
    await setYoungGenerationSize();
    const deadline: Deadline = { remainingMs: () => context.getRemainingTimeInMillis() };
    const opened = services();
    const given = { ...opened, table: (await opened.table.withDeadline?.(deadline.remainingMs)) ?? opened.table };
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const { messageId, body } of Records) {
      try {
        for (const match of matchesOf(JSON.parse(body), domain.triggers)) await match.handle(given, deadline);
      } catch (error) {
        given.log.error(MESSAGE_FAILED, { domain: domain.name, messageId, ...errorFields(error) });
        batchItemFailures.push({ itemIdentifier: messageId });
        await rememberError({ messageId, error, requestId: context.awsRequestId }, given);
      }
    }
    return { batchItemFailures };
  };
};

/** Files have thousands of rows. */
const servicesForMany = (): Services => fromEnvironment(openLazyPool);
