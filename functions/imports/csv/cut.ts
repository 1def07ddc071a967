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
  /** What records that have to stay together share. */
  readonly groupOf?: ((record: string) => string | undefined) | undefined;
}

/**
 * Cuts a file, told piece by piece, into parts of about `chunkBytes` that end with a record; at least one. Where a part
 * ends depends on the file alone, not on the pieces.
 */
export async function* cutParts(
  pieces: AsyncIterable<Buffer>,
  { offset, row, delimiter, chunkBytes, groupOf }: Cutting,
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

  for await (const piece of pieces) {
    bytes = at === bytes.length ? piece : Buffer.concat([bytes.subarray(at), piece]);
    start += at;
    at = 0;
    yield* advance(false);
  }
  yield* advance(true);
  if (start + at > part.from || part.from === offset) yield { ...part, to: start + at, last: rows };
}
