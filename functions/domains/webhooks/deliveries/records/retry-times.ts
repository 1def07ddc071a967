/** How long a delivery is tried, and how long a receiver may fail before its webhook is disabled. */
export const RETRY_DAYS = 3;
export const RETRY_MS = RETRY_DAYS * 86_400_000;
/** Before the last attempt of the first delivery that failed, which came a moment earlier. */
export const GIVE_UP_MS = RETRY_MS - 3_600_000;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The pauses after the first attempts. The last one is repeated. */
const pauses = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR] as const;
const LONGEST_PAUSE = 12 * HOUR;

/** So many failures in a row open the breaker. */
export const FAILURES_TO_OPEN = 5;
const FIRST_OPEN_MS = 30 * SECOND;
const LONGEST_OPEN_MS = 30 * MINUTE;

/** Random, so that deliveries that failed together do not all return at once. */
const withJitter = (ms: number, random: number): number => Math.round(ms * (1 + random / 10));

/** How long a delivery waits after so many attempts. */
export const pauseAfter = (attempts: number, random: number = Math.random()): number =>
  withJitter(pauses[attempts - 1] ?? LONGEST_PAUSE, random);

/** How long the breaker stays open after so many failures in a row. 0: it is closed. */
export const openMsAfter = (failures: number, random: number = Math.random()): number => {
  if (failures < FAILURES_TO_OPEN) return 0;
  const doubled = FIRST_OPEN_MS * 2 ** Math.min(failures - FAILURES_TO_OPEN, 10);
  return withJitter(Math.min(doubled, LONGEST_OPEN_MS), random);
};
