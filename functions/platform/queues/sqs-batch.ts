import { SendMessageBatchCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { nameOfError } from '../log.ts';
import { inParallel } from '../parallel.ts';
import { timeouts } from '../timeouts.ts';
import type { BatchQueue, OutgoingMessage, SendOutcome } from './batch.ts';

/** What SQS takes at once. */
const MAX_MESSAGES = 10;
const MAX_BYTES = 1_048_576;
const AT_ONCE = 8;
/** What is wrong with the message, not with the queue or the sender's rights. */
const OF_MESSAGE = /Invalid|TooLong/;

export const openSqsBatch = (QueueUrl: string, config: SQSClientConfig = {}): BatchQueue => {
  const client = new SQSClient({ maxAttempts: 4, requestHandler: timeouts, ...config });

  const sendSome = async (some: readonly OutgoingMessage[]): Promise<SendOutcome[]> => {
    const Entries = some.map(({ body, groupId, deduplicationId }, index) => ({
      Id: String(index),
      MessageBody: body,
      ...(groupId !== undefined && { MessageGroupId: groupId }),
      ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    }));
    try {
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      const problems = new Map(Failed.map(({ Id, Code = '', SenderFault }) => [Id, { Code, SenderFault }]));
      return some.map((_, index): SendOutcome => {
        const problem = problems.get(String(index));
        if (!problem) return { kind: 'sent' };
        const isForEver = problem.SenderFault === true && OF_MESSAGE.test(problem.Code);
        return { kind: isForEver ? 'refused' : 'failed', code: problem.Code };
      });
    } catch (error) {
      return some.map((): SendOutcome => ({ kind: 'failed', code: nameOfError(error) }));
    }
  };

  return {
    async sendBatch(messages) {
      const outcomes = await inParallel(requestsOf(messages), AT_ONCE, sendSome);
      return outcomes.flat();
    },
  };
};

/** Messages in as few requests as take them, in order. */
const requestsOf = (messages: readonly OutgoingMessage[]): OutgoingMessage[][] => {
  const requests: OutgoingMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    // Base64 and JSON: a byte each.
    bytes += message.body.length;
    const last = requests.at(-1);
    if (last && last.length < MAX_MESSAGES && bytes <= MAX_BYTES) last.push(message);
    else {
      requests.push([message]);
      bytes = message.body.length;
    }
  }
  return requests;
};
