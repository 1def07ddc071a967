import { isUtf8 } from 'node:buffer';
import { recordEnd } from './records.ts';

export interface RawRecord {
  /** The position of its first byte in the file. */
  readonly offset: number;
  readonly end: number;
  /** The text as in the file, with its line end. Bytes that are not UTF-8 are replaced. */
  readonly text: string;
  readonly isBroken: boolean;
  /** The position of the first byte that is not UTF-8. */
  readonly badByte?: number;
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly delimiter: string;
  readonly pieceBytes?: number;
}

const PIECE = 4 * 1024 * 1024;
/** The number of records that are parsed ahead. A whole piece would survive minor garbage collections. */
const YIELDED = 250;

/** Reads the records of a part of a file, piece by piece. The part consists of whole records. */
export async function* readRecords(
  read: (start: number, end: number) => Promise<Buffer>,
  { from, to, delimiter, pieceBytes = PIECE }: Part,
): AsyncGenerator<readonly RawRecord[]> {
  let pending: Buffer = Buffer.alloc(0);
  let offset = from;
  for (let next = from; next < to; ) {
    // Doubles the buffer, so that an endless line is not scanned from its start for every piece.
    const end = Math.min(to, next + Math.max(pieceBytes, pending.length));
    const bytes = Buffer.concat([pending, await read(next, end)]);
    next = end;
    let found: RawRecord[] = [];
    let at = 0;
    for (;;) {
      const record = recordEnd(bytes, at, { delimiter: delimiter.charCodeAt(0), isLast: next >= to });
      if (!record) break;
      found.push(rawRecord(bytes.subarray(at, record.end), offset + at, record.isBroken));
      at = record.end;
      if (found.length < YIELDED) continue;
      yield found;
      found = [];
    }
    pending = bytes.subarray(at);
    offset += at;
    if (found.length > 0) yield found;
  }
}

const rawRecord = (bytes: Buffer, offset: number, isBroken: boolean): RawRecord => ({
  offset,
  end: offset + bytes.length,
  text: bytes.toString(),
  isBroken,
  ...(!isUtf8(bytes) && { badByte: offset + firstBadByte(bytes) }),
});

/** The longest start that is UTF-8, by halving: characters that a half cuts through have at most four bytes. */
const firstBadByte = (bytes: Buffer): number => {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (
      isUtf8(bytes.subarray(0, middle)) ||
      [1, 2, 3].some((more) => middle + more < bad && isUtf8(bytes.subarray(0, middle + more)))
    )
      good = middle;
    else bad = middle;
  }
  return good;
};
