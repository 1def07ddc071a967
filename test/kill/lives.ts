import type { Life } from './shop.ts';

/** Runs look at their clock between checkpoints, and hand over where less than this is left. */
const MARGIN_MS = 30_000;
/** Fewer starts without a checkpoint than an import takes before it asks a person. */
const KILLS = 2;

/**
 * Lives of the runs of each message: two are killed at one of the first requests to the table, and the next reaches its
 * limit with as much time left as it takes to hand over. How far each comes is no matter of how quick the machine is.
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
