import type { SQSClientConfig } from '@aws-sdk/client-sqs';

/** A message as it is, and for a FIFO queue what keeps it in order and tells it from others. */
export interface OutgoingMessage {
  readonly body: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

/** `refused`: the message will never be taken. `failed`: it may be, later. */
export type SendOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'failed'; readonly code: string };

/** Any queue, for many messages. It throws nothing: each message has its outcome. */
export interface BatchQueue {
  sendBatch(messages: readonly OutgoingMessage[]): Promise<readonly SendOutcome[]>;
}

/** Its client is loaded with the first messages. */
export const openBatchQueue = (url: string, config?: SQSClientConfig): BatchQueue => {
  let opened: Promise<BatchQueue> | undefined;
  return {
    async sendBatch(messages) {
      if (messages.length === 0) return [];
      opened ??= import('./sqs-batch.ts').then(({ openSqsBatch }) => openSqsBatch(url, config));
      return (await opened).sendBatch(messages);
    },
  };
};
