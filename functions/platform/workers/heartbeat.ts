import { errorFields, type Log } from '../log.ts';
import type { Visibility } from '../queues/visibility.ts';

/**
 * How long a message stays hidden after the last heartbeat of its worker. Longer than a lease, so that the next worker
 * finds none.
 */
export const HIDDEN_SECONDS = 90;
const BEAT_MS = 20_000;
/** The queue hides a message for so much longer than its function can run. */
export const BEYOND_FUNCTION_SECONDS = 60;

/** Hides the messages of a function while it runs. */
export interface Heartbeat {
  /** Stops. Hides failed messages for as long as their queue would, so that their retry comes after a pause. */
  end(failed: readonly string[]): Promise<void>;
}

const none: Heartbeat = { end: async () => undefined };

interface Beating {
  readonly receiptHandles: readonly string[];
  readonly remainingMs: () => number;
  /** Absent if the queue is unknown. */
  readonly visibility: Visibility | undefined;
  readonly log: Log;
  readonly everyMs?: number;
  readonly hiddenSeconds?: number;
}

/**
 * Tells SQS again and again that the worker lives. SQS hides a message for longer than its function can run, because
 * Lambda demands it. The message of a worker that was killed would stay hidden for all of that time: for 16 minutes.
 */
export const startHeartbeat = (beating: Beating): Heartbeat => {
  const { receiptHandles, remainingMs, visibility, log, everyMs = BEAT_MS, hiddenSeconds = HIDDEN_SECONDS } = beating;
  const hiddenUntil = Date.now() + remainingMs() + BEYOND_FUNCTION_SECONDS * 1_000;
  // A function that ends sooner gains nothing.
  if (!visibility || receiptHandles.length === 0 || remainingMs() <= HIDDEN_SECONDS * 1_000) return none;
  const hide = async (handles: readonly string[], seconds: number): Promise<void> => {
    try {
      await visibility.hide(handles, seconds);
    } catch (error) {
      // The time before still holds.
      log.warn('message not hidden', errorFields(error));
    }
  };
  let pending = hide(receiptHandles, hiddenSeconds);
  const timer = setInterval(() => {
    pending = pending.then(() => hide(receiptHandles, hiddenSeconds));
  }, everyMs);
  timer.unref();
  return {
    async end(failed) {
      clearInterval(timer);
      await pending;
      const seconds = Math.ceil((hiddenUntil - Date.now()) / 1_000);
      if (failed.length > 0 && seconds > 0) await hide(failed, seconds);
    },
  };
};
