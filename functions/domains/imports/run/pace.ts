import { MARGIN_MS } from '../jobs/time-limit.ts';
import { MAX_STARTS } from './stuck.ts';

export interface Pace {
  /** Rows between two checkpoints: a run that is killed repeats at most as many. */
  readonly windowRows: number;
  /** The size of a chunk, about. A smaller file is one chunk. */
  readonly chunkBytes: number;
  /** How many chunks of one file are imported at once, where the order of rows doesn't matter. */
  readonly lanes: number;
  /** How much of what a dry run would write stays in memory, about. */
  readonly layerBytes?: number;
  /** How long work pauses, at most, after the table was throttled until the end of a run. */
  readonly pauseSeconds: number;
}

export const usualPace: Pace = { windowRows: 500, chunkBytes: 32 * 1024 * 1024, lanes: 4, pauseSeconds: 60 };

/** What both kinds of jobs declare alike. */
export const limitsOf = ({ pauseSeconds }: Pace) => ({ maxStarts: MAX_STARTS, marginMs: MARGIN_MS, pauseSeconds });
