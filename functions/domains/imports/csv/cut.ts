import { passRecords, recordEnd } from './records.ts';

export interface Part {
  readonly from: number;
  readonly to: number;
  /** The number of the last record before it. */
  readonly before: number;
  /** The number of its last record. */
  readonly last: number;
}

export interface CutOptions {
  /** Of the first piece. */
  readonly offset: number;
  /** The number of the last record before that. */
  readonly row: number;
  readonly delimiter: string;
  readonly chunkBytes: number;
  /** How much of a piece is joined with the rest of the previous one. @default 64 KB */
  readonly headBytes?: number;
  /** The group of a record. Records of a group stay in one part. */
  readonly groupOf?: ((record: string) => string | undefined) | undefined;
}

const HEAD_BYTES = 64 * 1024;

/**
 * Cuts a file, read piece by piece, into parts of about `chunkBytes` that end with a record; at least one. Where a part
 * ends depends on the file alone, not on the pieces.
 */
export async function* cutParts(pieces: AsyncIterable<Buffer>, cutting: CutOptions): AsyncGenerator<Part> {
  const { headBytes = HEAD_BYTES } = cutting;
  const cutter = openCutter(cutting);
  for await (const piece of pieces) {
    const begins = cutter.end();
    if (cutter.position() < begins) {
      // The last record of the previous piece continues in this one. Only the beginning is copied, since a copy costs
      // as much as a scan.
      cutter.goOnIn(Buffer.concat([cutter.rest(begins), piece.subarray(0, headBytes)]), cutter.position());
      yield* cutter.advance(false);
    }
    if (cutter.position() >= begins) cutter.goOnIn(piece, begins);
    else cutter.goOnIn(Buffer.concat([cutter.rest(begins), piece]), cutter.position());
    yield* cutter.advance(false);
  }
  yield* cutter.advance(true);
  yield* cutter.close();
}

/** Scans the records of some bytes and finds where a part ends. */
const openCutter = ({ offset, row, delimiter, chunkBytes, groupOf }: CutOptions) => {
  const separator = delimiter.charCodeAt(0);
  let part = { from: offset, before: row };
  let bytes: Buffer = Buffer.alloc(0);
  /** The position of `bytes` in the file. */
  let start = offset;
  let at = 0;
  let rows = row;
  /** The group of the last record, while searching for the end of the group. */
  let open: { readonly group: string | undefined } | undefined;

  const cutHere = (): Part => {
    const done = { ...part, to: start + at, last: rows };
    part = { from: start + at, before: rows };
    open = undefined;
    return done;
  };

  /** Passes a record of the same group as the previous one. Undefined if the record ends after these bytes. */
  const passGrouped = (isLast: boolean): boolean | undefined => {
    if (!groupOf) return false;
    const next = recordEnd(bytes, at, { delimiter: separator, isLast });
    if (!next) return undefined;
    const group = next.isBroken ? undefined : groupOf(bytes.toString('utf8', at, next.end));
    if (open && (group === undefined || group !== open.group)) return false;
    open = { group };
    at = next.end;
    rows += 1;
    return true;
  };

  return {
    /** The end of the passed records, and of the bytes. */
    position: () => start + at,
    end: () => start + bytes.length,
    /** The bytes after those records, up to a position in the file. */
    rest: (to: number) => bytes.subarray(at, to - start),
    /** Continues with bytes that begin at this position in the file. */
    goOnIn: (next: Buffer, begins: number): void => {
      at += start - begins;
      start = begins;
      bytes = next;
    },
    *advance(isLast: boolean): Generator<Part> {
      for (;;) {
        const until = part.from + chunkBytes - start;
        const passed = passRecords(bytes, at, { delimiter: separator, isLast, until });
        at = passed.at;
        rows += passed.records;
        if (at < until || at === bytes.length) return;
        const isPassed = passGrouped(isLast);
        if (isPassed === undefined) return;
        if (!isPassed) yield cutHere();
      }
    },
    *close(): Generator<Part> {
      if (start + at > part.from || part.from === offset) yield { ...part, to: start + at, last: rows };
    },
  };
};
