import * as v from 'valibot';
import type { Services } from '../../platform/resources/services.ts';
import type { FailOutcome } from '../../platform/workers/trigger.ts';
import type { Context } from '../accounts/context.ts';

const DueMessage = v.object({
  account: v.string(),
  feed: v.string(),
  /** The planned time that this message stands for. Others have no effect. */
  at: v.string(),
  /** Whether to act at once, in the place of that time. */
  early: v.optional(v.boolean()),
});
type DueMessage = v.InferOutput<typeof DueMessage>;

const RETRY_SECONDS = 900;

/** The messages of a schedule. A feed stores its next time; each message stands for one time. */
export const dueMessages = (kind: string) => {
  const messageOf = (message: DueMessage) => ({ kind, ...message });
  const send = async (
    feed: string,
    at: string,
    { account, queue, now }: Pick<Context, 'account' | 'queue' | 'now'>,
  ): Promise<void> => {
    await queue().send(messageOf({ account, feed, at }), { at: new Date(at), now: now() });
  };

  return {
    /**
     * Sends the message of a time. Before the time is stored: a message without its time does nothing, a time without
     * its message would end the schedule.
     */
    send,

    /** Acts at once. If this is lost, the feed still has its planned time. */
    async sendEarly(feed: string, at: string, { account, queue }: Pick<Context, 'account' | 'queue'>): Promise<void> {
      await queue().send(messageOf({ account, feed, at, early: true }));
    },

    parse: (message: unknown): DueMessage => v.parse(DueMessage, message),

    /** Sends a message again whose time has not come. Without a scheduler, messages wait 15 minutes at most. */
    async postpone({ account, feed, at, early = false }: DueMessage, services: Services): Promise<boolean> {
      if (early || Date.parse(at) <= services.now().getTime()) return false;
      await send(feed, at, { ...services, account });
      return true;
    },

    /** A schedule goes on, however often a run died. */
    async requeue(message: unknown, _: string, { queue }: Services): Promise<FailOutcome> {
      await queue().send(messageOf(v.parse(DueMessage, message)), RETRY_SECONDS);
      return 'requeued';
    },
  };
};
