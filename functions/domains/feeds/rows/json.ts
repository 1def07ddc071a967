import { parseExact } from '../../../platform/json/parse-exact.ts';
import { FeedError } from '../content/feed-error.ts';
import { jsonOutline } from './json-outline.ts';
import { type FeedRow, MAX_DEPTH, MAX_ROW_BYTES, NOT_TEXT, type RowReader, TOO_DEEP, TOO_LONG } from './row.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Finds the objects of one array in bytes, and parses each on its own: a feed of any size needs the memory of one
 * product. The array is the one at `path`, or the first that has objects.
 */
export const jsonReader = (path?: string): RowReader => {
  const outline = jsonOutline(path);
  let parts: Buffer[] = [];
  let size = 0;
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  let isEscaped = false;

  const collect = (bytes: Buffer): void => {
    size += bytes.length;
    if (size <= MAX_ROW_BYTES) parts.push(Buffer.from(bytes));
    else parts = [];
  };

  const endRow = (): FeedRow => {
    const text = Buffer.concat(parts).toString();
    const placed = outline.nextPlace();
    const problem = size > MAX_ROW_BYTES ? TOO_LONG : deepest > MAX_DEPTH ? TOO_DEEP : undefined;
    parts = [];
    size = 0;
    deepest = 0;
    if (problem !== undefined) return { ...placed, problem };
    if (text.includes('\u{FFFD}')) return { ...placed, problem: NOT_TEXT };
    return { ...placed, ...parsed(text) };
  };

  /** The position behind the row, or behind the piece. */
  const skipRow = (bytes: Buffer, from: number): number => {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) isInString = false;
      } else if (byte === QUOTE) isInString = true;
      else if (byte === 0x7b || byte === 0x5b) {
        depth += 1;
        deepest = Math.max(deepest, depth);
      } else if (byte === 0x7d || byte === 0x5d) {
        depth -= 1;
        if (depth === 0) return at + 1;
      }
    }
    return bytes.length;
  };

  return {
    push(piece) {
      const rows: FeedRow[] = [];
      for (let at = 0; at < piece.length; ) {
        if (depth === 0) {
          const next = outline.scan(piece, at);
          rows.push(...next.rows);
          at = next.at;
          if (!next.isAtObject) continue;
        }
        const end = skipRow(piece, at);
        collect(piece.subarray(at, end));
        at = end;
        if (depth === 0) rows.push(endRow());
      }
      return rows;
    },
    end() {
      if (depth > 0) throw new FeedError(`The feed ends in the middle of ${outline.nextPlace().place}.`);
      outline.end();
      return [];
    },
  };
};

const parsed = (
  text: string,
): { readonly fields: Readonly<Record<string, unknown>> } | { readonly problem: string } => {
  try {
    return { fields: Object.fromEntries(Object.entries(Object(parseExact(text)))) };
  } catch (error) {
    return { problem: `It is not valid JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}` };
  }
};
