import { SendMessageCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Queue } from './queue.ts';

/** A request that waits for it has no more than half a minute itself. */
const requestHandler = { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true } as const;

export const openSqs = (QueueUrl: string, config: SQSClientConfig = {}): Queue => {
  const client = new SQSClient({ maxAttempts: 4, requestHandler, ...config });
  return {
    async send(message, DelaySeconds = 0) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), DelaySeconds }));
    },
  };
};
