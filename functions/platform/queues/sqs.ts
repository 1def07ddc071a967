import { SendMessageCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { timeouts } from '../timeouts.ts';
import type { RawQueue } from './queue.ts';

export const openSqs = (QueueUrl: string, config: SQSClientConfig = {}): RawQueue => {
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
  };
};
