import { SendMessageCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';

/** A domain's own queue. Its messages come back to the domain's `message` triggers, at least once and in any order. */
export interface Queue {
  send(message: { readonly kind: string } & Readonly<Record<string, unknown>>, delaySeconds?: number): Promise<void>;
}

export const openQueue = (QueueUrl: string, config: SQSClientConfig = {}): Queue => {
  const client = new SQSClient({ maxAttempts: 4, ...config });
  return {
    async send(message, DelaySeconds = 0) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), DelaySeconds }));
    },
  };
};
