/** How much of a long listing is written as one object. */
export interface Pace {
  /** The uncompressed size of a part. A run holds one part in memory, and a killed run reads one again. */
  readonly partBytes: number;
  /** The number of pages after which the position is saved, even if they have few records. */
  readonly pagesAtOnce: number;
}
export const defaultPace: Pace = { partBytes: 8 * 1024 * 1024, pagesAtOnce: 64 };
