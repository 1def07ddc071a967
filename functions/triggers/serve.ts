import type { Context as LambdaContext, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as v from 'valibot';
import { fromEnvironment, type Services } from '../context.ts';
import type { Domain } from '../domain.ts';
import { describe } from '../log.ts';
import { openBusy } from '../table/busy.ts';
import { ObjectCreated, Transferred } from './announcements.ts';
import { mailNoticeIn } from './mail-notice.ts';
import { makeRoom } from './room.ts';
import type { Deadline, Trigger, UploadTrigger } from './trigger.ts';

const Own = v.looseObject({ kind: v.string() });

/**
 * A domain's queue brings what was uploaded and what the domain told itself. A message whose work throws is reported
 * alone: it comes again, and after some tries goes to the dead letters, while its neighbours are done.
 */
export const serveQueue = (domain: Domain, services: () => Services = servicesForMany) => {
  return async (
    { Records }: SQSEvent,
    context: Pick<LambdaContext, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> => {
    await makeRoom();
    const deadline: Deadline = { remainingMs: () => context.getRemainingTimeInMillis() };
    const opened = services();
    const given = { ...opened, table: (await opened.table.until?.(deadline.remainingMs)) ?? opened.table };
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const { messageId, body } of Records) {
      try {
        await dispatch(JSON.parse(body), domain.triggers, given, deadline);
      } catch (error) {
        given.log.error('message failed', { domain: domain.name, messageId, ...describe(error) });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
};

/** Files have thousands of rows. */
const servicesForMany = (): Services => fromEnvironment(openBusy);

const dispatch = async (
  body: unknown,
  triggers: readonly Trigger[],
  services: Services,
  deadline: Deadline,
): Promise<void> => {
  const created = v.safeParse(ObjectCreated, body);
  const transferred = v.safeParse(Transferred, body);
  if (created.success || transferred.success) {
    for (const trigger of triggers) {
      if (created.success && trigger.on === 'upload' && isMeant(trigger, created.output.key))
        await trigger.handle(created.output, services, deadline);
      if (transferred.success && trigger.on === 'transfer' && isMeant(trigger, transferred.output.key))
        await trigger.handle(transferred.output, services, deadline);
    }
    return;
  }
  const notice = mailNoticeIn(body);
  if (notice) {
    for (const trigger of triggers) if (trigger.on === 'mailNotice') await trigger.handle(notice, services, deadline);
    return;
  }
  const { kind, ...message } = v.parse(Own, body);
  const trigger = triggers.find((candidate) => candidate.on === 'message' && candidate.kind === kind);
  if (trigger?.on !== 'message') throw new Error(`No trigger takes messages of kind ${kind}.`);
  await trigger.handle(message, services, deadline);
};

const isMeant = ({ prefix, suffixes }: Pick<UploadTrigger, 'prefix' | 'suffixes'>, key: string): boolean =>
  key.startsWith(prefix) && suffixes.some((suffix) => key.toLowerCase().endsWith(suffix));
