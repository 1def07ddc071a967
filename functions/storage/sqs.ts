import { SendMessageCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { RawQueue } from './queue.ts';

/** A request that waits for it has no more than half a minute itself. */
const requestHandler = { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true } as const;

export const openSqs = (QueueUrl: string, config: SQSClientConfig = {}): RawQueue => {
  const client = new SQSClient({ maxAttempts: 4, requestHandler, ...config });
  return {
    async sendRaw(MessageBody, { delaySeconds: DelaySeconds = 0, attributes = {} } = {}) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds, MessageAttributes }));
    },
  };
};
