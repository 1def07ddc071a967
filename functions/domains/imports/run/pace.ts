import { MARGIN_MS } from '../jobs/time-limit.ts';
import { MAX_STARTS } from './stuck.ts';

export interface Pace {
  /** Rows between two checkpoints. A run repeats at most so many after a kill. */
  readonly windowRows: number;
  /** The approximate size of a chunk. A smaller file is one chunk. */
  readonly chunkBytes: number;
  /** How many chunks of one file are imported at once, if the order of rows doesn't matter. */
  readonly lanes: number;
  /** The approximate memory for the writes of a dry run. */
  readonly layerBytes?: number;
  /** The longest pause after a run during which the table was throttled. */
  readonly pauseSeconds: number;
}

export const usualPace: Pace = { windowRows: 500, chunkBytes: 32 * 1024 * 1024, lanes: 4, pauseSeconds: 60 };

/** The limits of both kinds of jobs. */
export const limitsOf = ({ pauseSeconds }: Pace) => ({ maxStarts: MAX_STARTS, marginMs: MARGIN_MS, pauseSeconds });
