import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as v from 'valibot';
import { errorFields } from '../log.ts';
import type { RawQueue } from '../queues/queue.ts';
import { exhaustedFromEnvironment, type Services } from '../resources/services.ts';
import { lastErrorOf } from './last-error.ts';
import { matchesOf } from './match.ts';
import { type FailOutcome, MAX_RECEIVES, type Triggered } from './trigger.ts';

/** What happened to a message that came here. `undelivered`: its queue had never got it. `unknown`: it is nobody's. */
type Fate = FailOutcome | 'undelivered' | 'unknown';

/** What is needed besides the services. */
export interface Exhausted {
  readonly services: Services;
  /** The domain's queue. */
  readonly queue: RawQueue;
  /** Where messages lie for people. */
  readonly deadLetters: RawQueue;
}

/**
 * Takes the messages of a domain's queue that were tried as often as they may be: fails the job of each, so that nobody
 * waits for it for ever, and keeps the message for people in the queue of dead letters, whose alarm tells them. What
 * can't be handled here comes again, and then goes there by itself.
 */
export const serveExhausted = (domain: Triggered, open: () => Exhausted = exhaustedFromEnvironment) => {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const exhausted = open();
    const { log } = exhausted.services;
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of Records) {
      const { messageId } = record;
      try {
        const { fate, reason } = await settle(record, domain, exhausted);
        log.error('message given up', { domain: domain.name, messageId, fate, reason });
      } catch (error) {
        log.error('message given up, and its job not failed yet', {
          domain: domain.name,
          messageId,
          ...errorFields(error),
        });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
};

const settle = async (
  record: SQSRecord,
  domain: Triggered,
  { services, queue, deadLetters }: Exhausted,
): Promise<{ readonly fate: Fate; readonly reason: string }> => {
  const { body, messageId, messageAttributes } = record;
  const undelivered = messageAttributes?.[ERROR_CODE]?.stringValue;
  if (undelivered !== undefined) {
    // EventBridge and its Scheduler say so of what they could not send: nobody has worked on it yet.
    await queue.sendRaw(deliveredBody(body));
    return { fate: 'undelivered', reason: undelivered };
  }
  const reason = await reasonOf(messageId, services);
  const fate = await failed(body, reason, { domain, services });
  if (fate !== 'requeued') await deadLetters.sendRaw(body, { attributes: { Fate: fate, Reason: reason } });
  return { fate, reason };
};

const ERROR_CODE = 'ERROR_CODE';

const Envelope = v.object({ MessageBody: v.string(), QueueUrl: v.string() });

/** Scheduler may keep the request to SQS that failed, EventBridge keeps what was to be sent. */
const deliveredBody = (body: string): string => {
  const envelope = v.safeParse(Envelope, parsed(body));
  return envelope.success ? envelope.output.MessageBody : body;
};

const reasonOf = async (messageId: string, services: Services): Promise<string> => {
  const last = await lastErrorOf(messageId, services);
  const why = last
    ? `The last error was ${last.error}${last.requestId === undefined ? '' : ` (request ${last.requestId})`}.`
    : 'No error is known: the worker was stopped, ran out of time or could not be started.';
  return `It could not be worked on: its message was given up after ${MAX_RECEIVES} tries. ${why} Retry it.`;
};

/** Of several triggers that took it the one counts that says most. */
const failed = async (
  body: string,
  reason: string,
  { domain, services }: { readonly domain: Triggered; readonly services: Services },
): Promise<Fate> => {
  const matches = matchesIn(body, domain);
  if (!matches) return 'unknown';
  const outcomes: FailOutcome[] = [];
  for (const match of matches) outcomes.push(await match.fail(reason, services));
  const order = ['failed', 'requeued', 'over'] as const;
  return order.find((one) => outcomes.includes(one)) ?? 'none';
};

const matchesIn = (body: string, { triggers }: Triggered) => {
  try {
    return matchesOf(JSON.parse(body), triggers);
  } catch {
    return undefined;
  }
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
