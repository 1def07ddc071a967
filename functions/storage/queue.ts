import type { SQSClientConfig } from '@aws-sdk/client-sqs';

/** A domain's own queue. Its messages come back to the domain's `message` triggers, at least once and in any order. */
export interface Queue {
  send(message: { readonly kind: string } & Readonly<Record<string, unknown>>, delaySeconds?: number): Promise<void>;
}

/** Its client is loaded with the first message. */
export const openQueue = (url: string, config?: SQSClientConfig): Queue => {
  let opened: Promise<Queue> | undefined;
  return {
    async send(message, delaySeconds) {
      opened ??= import('./sqs.ts').then(({ openSqs }) => openSqs(url, config));
      await (await opened).send(message, delaySeconds);
    },
  };
};
