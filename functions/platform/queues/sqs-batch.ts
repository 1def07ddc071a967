import { SendMessageBatchCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { errorName } from '../log.ts';
import { inParallel } from '../parallel.ts';
import { timeouts } from '../timeouts.ts';
import type { BatchQueue, OutgoingMessage, SendOutcome } from './batch.ts';

/** The limits of one request to SQS. */
const MAX_MESSAGES = 10;
const MAX_BYTES = 1_048_576;
const CONCURRENCY = 8;
/** Error codes that concern the message, not the queue or the sender's permissions. */
const MESSAGE_ERROR = /Invalid|TooLong/;

export const openSqsBatch = (QueueUrl: string, config: SQSClientConfig = {}): BatchQueue => {
  const client = new SQSClient({ maxAttempts: 4, requestHandler: timeouts, ...config });

  const sendRequest = async (chunk: readonly OutgoingMessage[]): Promise<SendOutcome[]> => {
    const Entries = chunk.map(({ body, groupId, deduplicationId }, index) => ({
      Id: String(index),
      MessageBody: body,
      ...(groupId !== undefined && { MessageGroupId: groupId }),
      ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    }));
    try {
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      const problems = new Map(Failed.map(({ Id, Code = '', SenderFault }) => [Id, { Code, SenderFault }]));
      return chunk.map((_, index): SendOutcome => {
        const problem = problems.get(String(index));
        if (!problem) return { kind: 'sent' };
        const isPermanent = problem.SenderFault === true && MESSAGE_ERROR.test(problem.Code);
        return { kind: isPermanent ? 'refused' : 'failed', code: problem.Code };
      });
    } catch (error) {
      return chunk.map((): SendOutcome => ({ kind: 'failed', code: errorName(error) }));
    }
  };

  return {
    async sendBatch(messages) {
      const outcomes = await inParallel(splitIntoRequests(messages), CONCURRENCY, sendRequest);
      return outcomes.flat();
    },
  };
};

/** Splits messages into as few requests as possible, in order. */
const splitIntoRequests = (messages: readonly OutgoingMessage[]): OutgoingMessage[][] => {
  const requests: OutgoingMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    // Base64 and JSON: each character is one byte.
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
