import type { Life } from './shop.ts';

/** Runs check their clock between checkpoints, and hand over below this remaining time. */
const MARGIN_MS = 30_000;
/** Fewer starts without a checkpoint than an import's limit. */
const KILLS = 2;

/**
 * Lifetimes of the runs of each message: two are killed at one of the first requests to the table, and the next gets to
 * its limit with enough time to hand over. Progress does not depend on the speed of the machine.
 */
export const shortLives = (random: () => number, mostRequests: number): ((message: string) => Life) => {
  const turns = new Map<string, number>();
  return (message) => {
    const turn = turns.get(message) ?? 0;
    turns.set(message, turn + 1);
    const killAtRequest = Math.ceil(random() * mostRequests);
    return turn % (KILLS + 1) === KILLS ? { limitMs: MARGIN_MS } : { limitMs: 900_000, killAtRequest };
  };
};
