import { setTimeout as sleep } from 'node:timers/promises';

/** How often what passes by itself is tried, besides the tries of a request. */
export const TRIES = 8;

/** Named as services name a state that passes by itself: a caller is told to try again. */
export const busy = (message: string): Error => Object.assign(new Error(message), { name: 'ServiceUnavailable' });

export const backOff = (attempt: number): Promise<void> => sleep(Math.random() * Math.min(20 * 2 ** attempt, 1_000));
