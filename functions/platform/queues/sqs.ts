import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { timeouts } from '../timeouts.ts';
import type { RawQueue } from './queue.ts';
import type { Visibility } from './visibility.ts';

export const openSqs = (QueueUrl: string, config: SQSClientConfig = {}): RawQueue & Visibility => {
  const client = new SQSClient({ maxAttempts: 4, requestHandler: timeouts, ...config });
  return {
    async sendRaw(MessageBody, { delaySeconds: DelaySeconds = 0, attributes = {}, groupId, deduplicationId } = {}) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      const routing =
        groupId === undefined ? { DelaySeconds } : { MessageGroupId: groupId, MessageDeduplicationId: deduplicationId };
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes, ...routing }));
    },
    async hide(receiptHandles, VisibilityTimeout) {
      const Entries = receiptHandles.map((ReceiptHandle, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout,
      }));
      const { Failed = [] } = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      const [problem] = Failed;
      if (problem) throw new Error(`SQS kept ${Failed.length} messages as they were: ${problem.Code}.`);
    },
  };
};
