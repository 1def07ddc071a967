import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as v from 'valibot';
import { errorFields } from '../log.ts';
import type { RawQueue } from '../queues/queue.ts';
import { exhaustedFromEnvironment, type Services } from '../resources/services.ts';
import { findLastError } from './last-error.ts';
import { findMatches } from './match.ts';
import { type DeadLetter, type FailOutcome, MAX_RECEIVES, type TriggeredService } from './trigger.ts';

/** What became of a message. `undelivered`: it had never reached its queue. `unknown`: no trigger handles it. */
type Fate = FailOutcome | 'undelivered' | 'unknown';

/** The services, and the queues that this handler sends to. */
export interface Exhausted {
  readonly services: Services;
  /** The service's queue. */
  readonly queue: RawQueue;
  /** Keeps messages for operators. */
  readonly deadLetters: RawQueue;
}

/**
 * Handles the messages of a service's queue that failed as often as they may. It fails the job of each message, so that
 * nobody waits forever, and moves the message to the dead letters, where an alarm notifies the operators. A message
 * that cannot be handled here is redelivered, and SQS finally moves it to the dead letters.
 */
export const serveExhausted = (service: TriggeredService, open: () => Exhausted = exhaustedFromEnvironment) => {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const exhausted = open();
    const { log } = exhausted.services;
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of Records) {
      const { messageId } = record;
      try {
        const { fate, reason } = await handleExhausted(record, service, exhausted);
        log.error('message given up', { domain: service.name, messageId, fate, reason });
      } catch (error) {
        log.error('message given up, and its job not failed yet', {
          domain: service.name,
          messageId,
          ...errorFields(error),
        });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
};

const handleExhausted = async (
  record: SQSRecord,
  service: TriggeredService,
  { services, queue, deadLetters }: Exhausted,
): Promise<{ readonly fate: Fate; readonly reason: string }> => {
  const { body, messageId, messageAttributes } = record;
  const deliveryError = messageAttributes?.[ERROR_CODE]?.stringValue;
  if (deliveryError !== undefined) {
    // EventBridge and its Scheduler add this attribute to what they could not send. No worker has seen the message yet.
    await queue.sendRaw(deliveredBody(body));
    return { fate: 'undelivered', reason: deliveryError };
  }
  const reason = await reasonOf(messageId, services);
  const fate = await failJobs(body, reason, { service, services });
  if (fate !== 'requeued') {
    await deadLetters.sendRaw(body, { attributes: { Fate: fate, Reason: reason } });
    await reportDeadLetter({ messageId, body, reason, sentAt: sentAtOf(record, services) }, service, services);
  }
  return { fate, reason };
};

const sentAtOf = ({ attributes }: SQSRecord, { now }: Services): Date => {
  const sentAt = Number(attributes?.SentTimestamp);
  return Number.isFinite(sentAt) && sentAt > 0 ? new Date(sentAt) : now();
};

const reportDeadLetter = async (
  letter: DeadLetter,
  { onDeadLetter }: TriggeredService,
  services: Services,
): Promise<void> => {
  try {
    await onDeadLetter?.(letter, services);
  } catch (error) {
    services.log.warn('dead letter not listed', { messageId: letter.messageId, ...errorFields(error) });
  }
};

const ERROR_CODE = 'ERROR_CODE';

const Envelope = v.object({ MessageBody: v.string(), QueueUrl: v.string() });

/** Scheduler keeps the whole failed request to SQS, EventBridge keeps the message only. */
const deliveredBody = (body: string): string => {
  const envelope = v.safeParse(Envelope, parseJson(body));
  return envelope.success ? envelope.output.MessageBody : body;
};

const reasonOf = async (messageId: string, services: Services): Promise<string> => {
  const lastError = await findLastError(messageId, services);
  const cause = lastError
    ? `The last error was ${lastError.error}${lastError.requestId === undefined ? '' : ` (request ${lastError.requestId})`}.`
    : 'No error was recorded: the worker was stopped, ran out of time or could not be started.';
  return `It failed ${MAX_RECEIVES} times. ${cause} Retry it.`;
};

/** Fails the message's jobs. With several triggers, returns the most significant outcome. */
const failJobs = async (
  body: string,
  reason: string,
  { service, services }: { readonly service: TriggeredService; readonly services: Services },
): Promise<Fate> => {
  const matches = matchesIn(body, service);
  if (!matches) return 'unknown';
  const outcomes: FailOutcome[] = [];
  for (const match of matches) outcomes.push(await match.fail(reason, services));
  const order = ['failed', 'requeued', 'over'] as const;
  return order.find((one) => outcomes.includes(one)) ?? 'none';
};

const matchesIn = (body: string, { triggers }: TriggeredService) => {
  try {
    return findMatches(JSON.parse(body), triggers);
  } catch {
    return undefined;
  }
};

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
