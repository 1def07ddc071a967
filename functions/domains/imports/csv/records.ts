/** The maximum size of a record. A quote that is still open after this many bytes counts as unmatched. */
export const MAX_RECORD_BYTES = 512 * 1024;

const LF = 10;
const CR = 13;
const QUOTE = 34;
const SPACE = 32;

export interface RecordEnd {
  /** The position after the record's line end. */
  readonly end: number;
  /** Whether its quotes do not match. Such a record ends at its first line end, so that it affects no other record. */
  readonly isBroken: boolean;
}

interface RecordOptions {
  /** One ASCII byte. */
  readonly delimiter: number;
  /** Nothing follows these bytes. */
  readonly isLast: boolean;
}

/**
 * Where the record that begins at `start` ends (RFC 4180, with LF, CRLF or CR, and spaces around quoted fields), or
 * undefined where that takes more bytes. Works on UTF-8 as it is, since no byte of a longer character is an ASCII one.
 * The answer is the same wherever a file is cut into buffers.
 */
export const recordEnd = (
  bytes: Uint8Array,
  start: number,
  { delimiter, isLast }: RecordOptions,
): RecordEnd | undefined => {
  let isFieldStart = true;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === delimiter) isFieldStart = true;
    else if (byte === LF || byte === CR) return lineEnd(bytes, at, { isLast, isBroken: false });
    else if (isFieldStart && (byte === QUOTE || byte === SPACE)) {
      const quote = behindSpaces(bytes, at);
      isFieldStart = false;
      if (quote === bytes.length && !isLast) return undefined;
      if (bytes[quote] !== QUOTE) continue;
      // With spaces before it, a quote that nothing closes is one of the text.
      const isText = quote > at;
      const closed = behindQuoted(bytes, quote + 1, isLast);
      const isOpen = closed === undefined;
      if (isOpen && !isLast && bytes.length - start <= MAX_RECORD_BYTES) return undefined;
      const after = isOpen || closed - start > MAX_RECORD_BYTES ? undefined : behindSpaces(bytes, closed);
      if (after === undefined) {
        if (isText) continue;
        return firstLine(bytes, start, isLast);
      }
      const next = bytes[after];
      if (next === undefined) return isLast ? { end: after, isBroken: false } : undefined;
      if (next === delimiter || next === LF || next === CR) at = after - 1;
      else if (!isText) return firstLine(bytes, start, isLast);
    } else isFieldStart = false;
  }
  return isLast && start < bytes.length ? { end: bytes.length, isBroken: false } : undefined;
};

/**
 * Skips whole records, at least up to `until` if there are enough bytes. Finds the same ends as `recordEnd`, mostly by
 * searching for line ends and quotes.
 */
export const passRecords = (
  bytes: Buffer,
  start: number,
  { until, ...within }: RecordOptions & { readonly until: number },
): { readonly at: number; readonly records: number } => {
  const { length } = bytes;
  let at = start;
  let records = 0;
  // The next position of each character.
  let lf = -1;
  let quote = -1;
  let cr = -1;
  while (at < until) {
    let end: number | undefined;
    let from = at;
    for (;;) {
      if (lf < from) lf = found(bytes.indexOf(LF, from), length);
      if (lf === length) break;
      if (quote < from) quote = found(bytes.indexOf(QUOTE, from), length);
      if (cr < from) cr = found(bytes.indexOf(CR, from), length);
      if (quote > lf) {
        if (cr >= lf - 1) end = lf + 1;
        break;
      }
      if (cr < quote || (quote > at && bytes[quote - 1] !== within.delimiter)) break;
      const after = behindQuoted(bytes, quote + 1, false);
      if (after === undefined || after - at > MAX_RECORD_BYTES) break;
      if (bytes[after] === LF) end = after + 1;
      if (bytes[after] !== within.delimiter) break;
      from = after + 1;
    }
    if (end === undefined) {
      // Other records are scanned byte by byte. They may end before the positions that were found.
      end = recordEnd(bytes, at, within)?.end;
      if (end === undefined) break;
      if (from > at) lf = quote = cr = -1;
    }
    at = end;
    records += 1;
  }
  return { at, records };
};

const found = (at: number, length: number): number => (at === -1 ? length : at);

const behindSpaces = (bytes: Uint8Array, from: number): number => {
  let at = from;
  while (bytes[at] === SPACE) at += 1;
  return at;
};

/** The position after the closing quote of a field. Undefined if no quote certainly closes it. */
const behindQuoted = (bytes: Uint8Array, from: number, isLast: boolean): number | undefined => {
  for (let at = bytes.indexOf(QUOTE, from); at !== -1; at = bytes.indexOf(QUOTE, at + 2)) {
    if (at + 1 === bytes.length) return isLast ? at + 1 : undefined;
    if (bytes[at + 1] !== QUOTE) return at + 1;
  }
  return undefined;
};

const firstLine = (bytes: Uint8Array, start: number, isLast: boolean): RecordEnd | undefined => {
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === LF || byte === CR) return lineEnd(bytes, at, { isLast, isBroken: true });
  }
  return isLast ? { end: bytes.length, isBroken: true } : undefined;
};

const lineEnd = (
  bytes: Uint8Array,
  at: number,
  { isLast, isBroken }: { readonly isLast: boolean; readonly isBroken: boolean },
): RecordEnd | undefined => {
  if (bytes[at] === LF) return { end: at + 1, isBroken };
  if (at + 1 === bytes.length && !isLast) return undefined;
  return { end: at + (bytes[at + 1] === LF ? 2 : 1), isBroken };
};
