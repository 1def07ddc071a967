import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './errors.ts';

/** Milliseconds: anything up to 20, 40, … 640, so that writers that met do not meet again. */
const contentionDelay = (attempt: number): number => Math.random() * 10 * 2 ** Math.min(attempt, 6);

/** Waits before the next try of a write whose condition another writer broke. `attempt` counts from 1. */
export const waitAfterContention = (attempt: number): Promise<void> => sleep(contentionDelay(attempt));

/** For a caller, when every try met another writer. `what` is changed: `this profile`. */
export const contentionError = (what: string): ApiError =>
  new ApiError(
    'unavailable',
    { detail: `Too many writers change ${what} at once. Try again.` },
    { 'Retry-After': '1' },
  );

interface Options {
  readonly tries: number;
  /** What is changed, for the error: `this profile`. */
  readonly what: string;
}

/**
 * Repeats a read and its conditional write until no other writer comes between. `attempt` answers undefined where one did.
 *
 * @throws ApiError `unavailable` after the last try
 */
export const retryOnContention = async <Result>(
  attempt: (number: number) => Promise<Result | undefined>,
  { tries, what }: Options,
): Promise<Result> => {
  for (let number = 1; number <= tries; number++) {
    const result = await attempt(number);
    if (result !== undefined) return result;
    await waitAfterContention(number);
  }
  throw contentionError(what);
};
