import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Schedules } from '../schedule/schedules.ts';

/** SQS delays a message no longer. */
export const MAX_DELAY_SECONDS = 900;

/** A time by the clock of the caller. */
export interface Due {
  readonly at: Date;
  readonly now: Date;
}

export type Attributes = Readonly<Record<string, string>>;

/** A domain's own queue. Its messages come back to the domain's `message` triggers, at least once and in any order. */
export interface Queue {
  /**
   * `when`: a delay of at most 900 seconds, or a time that may be further away. A message can come before its time where
   * the deployment has no scheduler: the receiver looks at the clock.
   */
  send(message: { readonly kind: string } & Readonly<Record<string, unknown>>, when?: number | Due): Promise<void>;
}

export interface RawOptions {
  readonly delaySeconds?: number;
  readonly attributes?: Attributes;
  /** Of FIFO queues, which know no delay of single messages. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

/** Any queue, for messages as they are. */
export interface RawQueue {
  sendRaw(body: string, options?: RawOptions): Promise<void>;
}

/** Its client is loaded with the first message. */
export const openRawQueue = (url: string, config?: SQSClientConfig): RawQueue => {
  let opened: Promise<RawQueue> | undefined;
  return {
    async sendRaw(body, options) {
      opened ??= import('./sqs.ts').then(({ openSqs }) => openSqs(url, config));
      await (await opened).sendRaw(body, options);
    },
  };
};

/** A longer wait than SQS knows is a schedule; without `schedules` it is cut short. */
export const openQueue = (url: string, config?: SQSClientConfig, schedules?: Schedules): Queue & RawQueue => {
  const { sendRaw } = openRawQueue(url, config);
  return {
    sendRaw,
    async send(message, when = 0) {
      const body = JSON.stringify(message);
      const seconds = typeof when === 'number' ? when : secondsTo(when);
      if (schedules && typeof when !== 'number' && seconds > MAX_DELAY_SECONDS) {
        // From the machine's clock on, whatever the caller's says.
        const at = new Date(Date.now() + seconds * 1_000);
        await schedules.create({ body, at, key: when.at.toISOString() });
      } else await sendRaw(body, { delaySeconds: Math.min(MAX_DELAY_SECONDS, seconds) });
    },
  };
};

const secondsTo = ({ at, now }: Due): number => Math.max(0, Math.ceil((at.getTime() - now.getTime()) / 1_000));
