import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Schedules } from '../schedule/schedules.ts';

/** The longest delay of SQS. */
export const MAX_DELAY_SECONDS = 900;

/** A delivery time, with the caller's clock. */
export interface DeliveryTime {
  readonly at: Date;
  readonly now: Date;
}

export type Attributes = Readonly<Record<string, string>>;

/** A service's own queue. Its messages reach the service's `message` triggers at least once, in any order. */
export interface Queue {
  /**
   * `when` is a delay of at most 900 seconds, or a time, which may be further away. In a deployment without a
   * scheduler, a message can arrive before its time: the receiver has to check the clock.
   */
  send(
    message: { readonly kind: string } & Readonly<Record<string, unknown>>,
    when?: number | DeliveryTime,
  ): Promise<void>;
}

export interface RawOptions {
  readonly delaySeconds?: number;
  readonly attributes?: Attributes;
  /** Only for FIFO queues, which cannot delay single messages. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

/** Sends raw messages to any queue. */
export interface RawQueue {
  sendRaw(body: string, options?: RawOptions): Promise<void>;
}

/** Loads the SQS client with the first message. */
export const openRawQueue = (url: string, config?: SQSClientConfig): RawQueue => {
  let opened: Promise<RawQueue> | undefined;
  return {
    async sendRaw(body, options) {
      opened ??= import('./sqs.ts').then(({ openSqs }) => openSqs(url, config));
      await (await opened).sendRaw(body, options);
    },
  };
};

/** Delays beyond the limit of SQS become schedules. Without `schedules` they are cut to that limit. */
export const openQueue = (url: string, config?: SQSClientConfig, schedules?: Schedules): Queue & RawQueue => {
  const { sendRaw } = openRawQueue(url, config);
  return {
    sendRaw,
    async send(message, when = 0) {
      const body = JSON.stringify(message);
      const seconds = typeof when === 'number' ? when : secondsUntil(when);
      if (schedules && typeof when !== 'number' && seconds > MAX_DELAY_SECONDS) {
        // EventBridge Scheduler goes by the real clock, which can differ from the caller's.
        const at = new Date(Date.now() + seconds * 1_000);
        await schedules.create({ body, at, key: when.at.toISOString() });
      } else await sendRaw(body, { delaySeconds: Math.min(MAX_DELAY_SECONDS, seconds) });
    },
  };
};

const secondsUntil = ({ at, now }: DeliveryTime): number =>
  Math.max(0, Math.ceil((at.getTime() - now.getTime()) / 1_000));
