import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './errors.ts';

/** Full jitter, in milliseconds: up to 20, 40, … 640, so that colliding writers do not collide again. */
const contentionDelay = (attempt: number): number => Math.random() * 10 * 2 ** Math.min(attempt, 6);

/**
 * Waits before the next attempt of a write whose condition failed because of another writer. `attempt` counts from 1.
 */
export const waitAfterContention = (attempt: number): Promise<void> => sleep(contentionDelay(attempt));

/** The error for a caller after every attempt collided with another writer. `what` names the target: `this profile`. */
export const contentionError = (what: string): ApiError =>
  new ApiError(
    'unavailable',
    { detail: `Too many writers change ${what} at once. Try again.` },
    { 'Retry-After': '1' },
  );

interface Options {
  readonly tries: number;
  /** Names the target in the error: `this profile`. */
  readonly what: string;
}

/**
 * Repeats a read and its conditional write until no other writer interferes. `attempt` returns undefined when its
 * condition failed.
 *
 * @throws ApiError `unavailable` after the last attempt
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
