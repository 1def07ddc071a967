import { passRecords, recordEnd } from './records.ts';

export interface Part {
  readonly from: number;
  readonly to: number;
  /** The number of the last record before it. */
  readonly before: number;
  /** The number of its last record. */
  readonly last: number;
}

export interface Cutting {
  /** Of the first piece. */
  readonly offset: number;
  /** The number of the last record before that. */
  readonly row: number;
  readonly delimiter: string;
  readonly chunkBytes: number;
  /** So much of a piece is joined with the end of the one before. @default 64 KB */
  readonly headBytes?: number;
  /** What records that have to stay together share. */
  readonly groupOf?: ((record: string) => string | undefined) | undefined;
}

/**
 * Cuts a file, told piece by piece, into parts of about `chunkBytes` that end with a record; at least one. Where a part
 * ends depends on the file alone, not on the pieces.
 */
export async function* cutParts(
  pieces: AsyncIterable<Buffer>,
  { offset, row, delimiter, chunkBytes, headBytes = 64 * 1024, groupOf }: Cutting,
): AsyncGenerator<Part> {
  const separator = delimiter.charCodeAt(0);
  let part = { from: offset, before: row };
  let bytes: Buffer = Buffer.alloc(0);
  /** Where `bytes` begins. */
  let start = offset;
  let at = 0;
  let rows = row;
  /** The group of the last record, while a place between two groups is looked for. */
  let open: { readonly group: string | undefined } | undefined;

  const cutHere = (): Part => {
    const done = { ...part, to: start + at, last: rows };
    part = { from: start + at, before: rows };
    open = undefined;
    return done;
  };

  function* advance(isLast: boolean): Generator<Part> {
    for (;;) {
      const until = part.from + chunkBytes - start;
      const passed = passRecords(bytes, at, { delimiter: separator, isLast, until });
      at = passed.at;
      rows += passed.records;
      if (at < until || at === bytes.length) return;
      if (groupOf) {
        const next = recordEnd(bytes, at, { delimiter: separator, isLast });
        if (!next) return;
        const group = next.isBroken ? undefined : groupOf(bytes.toString('utf8', at, next.end));
        if (!open || (group !== undefined && group === open.group)) {
          open = { group };
          at = next.end;
          rows += 1;
          continue;
        }
      }
      yield cutHere();
    }
  }

  const goOnIn = (next: Buffer, begins: number): void => {
    at += start - begins;
    start = begins;
    bytes = next;
  };

  for await (const piece of pieces) {
    const begins = start + bytes.length;
    if (at < bytes.length) {
      // What the end of the last piece has of a record goes on in this one. To copy all of it costs as much as to look at it.
      goOnIn(Buffer.concat([bytes.subarray(at), piece.subarray(0, headBytes)]), start + at);
      yield* advance(false);
    }
    if (start + at >= begins) goOnIn(piece, begins);
    else goOnIn(Buffer.concat([bytes.subarray(at, begins - start), piece]), start + at);
    yield* advance(false);
  }
  yield* advance(true);
  if (start + at > part.from || part.from === offset) yield { ...part, to: start + at, last: rows };
}
