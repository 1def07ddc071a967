import type { SQSClientConfig } from '@aws-sdk/client-sqs';

/** A raw message. FIFO queues need the group and deduplication ids. */
export interface OutgoingMessage {
  readonly body: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

/** `refused`: SQS will never accept the message. `failed`: it may accept it later. */
export type SendOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'failed'; readonly code: string };

/** Sends many raw messages to any queue. It never throws: each message has an outcome. */
export interface BatchQueue {
  sendBatch(messages: readonly OutgoingMessage[]): Promise<readonly SendOutcome[]>;
}

/** Loads the SQS client with the first batch. */
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
