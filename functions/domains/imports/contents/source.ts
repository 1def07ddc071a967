import type { Readable } from 'node:stream';

/** A file that can't be unpacked, and what to do about it. */
export class Unreadable extends Error {}

/** Where a file lies. */
export interface Source {
  readonly size: number;
  /** The bytes from `start` up to `end`, as they come. */
  stream(start: number, end: number): Promise<Readable>;
}
