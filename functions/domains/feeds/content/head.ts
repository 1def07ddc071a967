/** The first bytes of a stream, and the stream with them. */
export interface Head {
  readonly head: Buffer;
  /** Whether these bytes are the whole stream. */
  readonly isWhole: boolean;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Reads the first bytes of a stream, at least as many as given unless it ends before. */
export const readHead = async (source: AsyncIterable<Uint8Array>, bytes: number): Promise<Head> => {
  const iterator = source[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  while (length < bytes && !isWhole) {
    const next = await iterator.next();
    if (next.done) isWhole = true;
    else {
      read.push(next.value);
      length += next.value.length;
    }
  }
  const head = Buffer.concat(read);
  return { head, isWhole, pieces: continued(head, iterator) };
};

async function* continued(head: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    // Ends the source too when its reader stops early.
    await rest.return?.();
  }
}
