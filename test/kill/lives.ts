import type { Life } from './shop.ts';

/** Runs look at their clock between checkpoints, and hand over where less than this is left. */
const MARGIN_MS = 30_000;
/** As many starts without a checkpoint as an import takes before it asks a person. */
const KILLS = 3;

/**
 * Lives of the runs of each message: two are killed at a random moment, one runs into a short time limit, and the next
 * reaches its limit with as much time left as it takes to hand over. That one makes progress however slow the machine is.
 */
export const shortLives = (random: () => number, longestMs: number): ((message: string) => Life) => {
  const turns = new Map<string, number>();
  return (message) => {
    const turn = turns.get(message) ?? 0;
    turns.set(message, turn + 1);
    const ms = Math.ceil(random() * longestMs);
    if (turn % (KILLS + 1) === KILLS) return { limitMs: MARGIN_MS + ms };
    return turn % (KILLS + 1) === KILLS - 1 ? { limitMs: ms } : { limitMs: 900_000, killAfterMs: ms };
  };
};
