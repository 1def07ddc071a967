const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 300_000;

interface Deps {
  readonly later: (ms: number, work: () => void) => void;
  readonly retry: () => void;
}

/**
 * When to try again: twice as late each time, with jitter, and not before the server's `Retry-After`. The timer itself
 * ends the wait: timers and clocks of browsers differ by a millisecond.
 */
export const openBackOff = ({ later, retry }: Deps) => {
  let failures = 0;
  let isBlocked = false;
  return {
    isBlocked: (): boolean => isBlocked,
    fail: (retryAfterMs = 0): void => {
      const delay = Math.min(FIRST_DELAY_MS * 2 ** failures++, MAX_DELAY_MS) * (0.5 + Math.random() / 2);
      isBlocked = true;
      later(Math.max(retryAfterMs, delay), () => {
        isBlocked = false;
        retry();
      });
    },
    reset: (): void => {
      failures = 0;
      isBlocked = false;
    },
  };
};

export type BackOff = ReturnType<typeof openBackOff>;
