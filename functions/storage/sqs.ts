import { SendMessageCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Queue } from './queue.ts';

export const openSqs = (QueueUrl: string, config: SQSClientConfig = {}): Queue => {
  const client = new SQSClient({ maxAttempts: 4, ...config });
  return {
    async send(message, DelaySeconds = 0) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), DelaySeconds }));
    },
  };
};
