import type { SQSClientConfig } from '@aws-sdk/client-sqs';

/** Messages that were received from a queue and not deleted yet. */
export interface Visibility {
  /** Hides at most ten messages from other workers, for so long from now. Replaces the time before. */
  hide(receiptHandles: readonly string[], seconds: number): Promise<void>;
}

/** Loads the SQS client with the first call. */
export const openVisibility = (url: string, config?: SQSClientConfig): Visibility => {
  let opened: Promise<Visibility> | undefined;
  return {
    async hide(receiptHandles, seconds) {
      opened ??= import('./sqs.ts').then(({ openSqs }) => openSqs(url, config));
      await (await opened).hide(receiptHandles, seconds);
    },
  };
};
