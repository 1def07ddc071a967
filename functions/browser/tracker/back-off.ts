const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 300_000;

interface Deps {
  readonly now: () => number;
  readonly later: (ms: number, work: () => void) => void;
  readonly retry: () => void;
}

/** When to try again: twice as late each time, with jitter, and not before the server's `Retry-After`. */
export const openBackOff = ({ now, later, retry }: Deps) => {
  let failures = 0;
  let until = 0;
  return {
    isBlocked: (): boolean => now() < until,
    fail: (retryAfterMs = 0): void => {
      const delay = Math.min(FIRST_DELAY_MS * 2 ** failures++, MAX_DELAY_MS) * (0.5 + Math.random() / 2);
      const wait = Math.max(retryAfterMs, delay);
      until = now() + wait;
      later(wait, retry);
    },
    reset: (): void => {
      failures = 0;
      until = 0;
    },
  };
};

export type BackOff = ReturnType<typeof openBackOff>;
