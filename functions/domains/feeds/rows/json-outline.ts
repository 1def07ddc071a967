import { FeedError } from '../content/feed-error.ts';
import { type Container, jsonStructure } from './json-structure.ts';
import type { FeedRow } from './row.ts';

const MAX_KEY_BYTES = 1_024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;

interface Scanned {
  readonly at: number;
  /** Whether an object of the rows begins there. */
  readonly isAtObject: boolean;
  readonly rows: readonly FeedRow[];
}

/** What is around the rows of a JSON feed: finds their array, and checks that the feed is whole. */
export const jsonOutline = (path?: string) => {
  const structure = jsonStructure();
  const strings = stringReader((key) => {
    const container = structure.innermost();
    if (container) container.key = key;
  }, structure.fail);
  const array = rowsArray(structure, path);
  let isInWord = false;

  const beginPrimitive = (): readonly FeedRow[] => {
    const container = structure.beginValue();
    structure.endValue();
    return container?.isRows ? [{ ...array.nextPlace(), problem: 'It is no object with members.' }] : [];
  };
  const beginString = (): readonly FeedRow[] => {
    const container = structure.innermost();
    const isKey = container?.expected === 'key' || container?.expected === 'keyOrEnd';
    strings.begin(isKey);
    if (!isKey) return beginPrimitive();
    container.expected = 'colon';
    return [];
  };
  /** Reads one byte outside of strings. Returns rows that are no objects, or undefined where an object of the rows begins. */
  const read = (byte: number): readonly FeedRow[] | undefined => {
    if (byte === QUOTE) return beginString();
    if (byte === OBJECT) {
      if (array.isRowIn(structure.beginValue())) return undefined;
      structure.open(false, false);
    } else if (byte === ARRAY) {
      const isRow = structure.beginValue()?.isRows === true;
      array.open();
      if (isRow) return [{ ...array.nextPlace(), problem: 'It is an array. Products are objects.' }];
    } else if (byte === COMMA || byte === COLON) structure.punctuate(byte);
    else if (byte === ARRAY_END || byte === OBJECT_END) structure.close(byte === ARRAY_END);
    else {
      isInWord = true;
      return beginPrimitive();
    }
    return [];
  };

  const scan = (bytes: Buffer, from: number): Scanned => {
    const rows: FeedRow[] = [];
    for (let at = from; at < bytes.length; at++) {
      if (strings.isOpen()) at = strings.skip(bytes, at);
      const byte = bytes[at];
      if (byte === undefined) break;
      if (isInWord && !endsWord(byte)) continue;
      isInWord = false;
      if (byte <= 0x20 || (!structure.hasBegun() && isMark(byte))) continue;
      const found = read(byte);
      if (!found) return { at, isAtObject: true, rows };
      rows.push(...found);
    }
    return { at: bytes.length, isAtObject: false, rows };
  };

  return { scan, nextPlace: array.nextPlace, end: () => array.checkEnd(structure.isComplete() && !strings.isOpen()) };
};

/** The array whose objects are the rows. */
const rowsArray = (structure: ReturnType<typeof jsonStructure>, path: string | undefined) => {
  let rowsPath: string | undefined;
  let hasArray = false;
  let count = 0;
  return {
    nextPlace() {
      count += 1;
      return { row: count, place: `${rowsPath ?? ''}[${count - 1}]` };
    },
    open() {
      hasArray = true;
      const isRows = path !== undefined && rowsPath === undefined && structure.path() === path;
      if (isRows) rowsPath = path;
      structure.open(true, isRows);
    },
    /** Without a path, the first array with an object has the rows. */
    isRowIn(container: Container | undefined): boolean {
      if (container?.isArray && rowsPath === undefined && path === undefined) {
        container.isRows = true;
        rowsPath = structure.path();
      }
      return container?.isRows === true;
    },
    checkEnd(isComplete: boolean): void {
      if (!isComplete) throw new FeedError(`The feed ends in the middle of its JSON, after ${count} products.`);
      if (path !== undefined && rowsPath === undefined)
        throw new FeedError(`The feed has no array at '${path}'. Correct the path of its products.`);
      if (!hasArray) throw new FeedError('The feed has no array of products.');
    },
  };
};

const endsWord = (byte: number): boolean => byte <= 0x20 || byte === COMMA || byte === ARRAY_END || byte === OBJECT_END;

/** Bytes of a byte order mark. */
const isMark = (byte: number): boolean => byte === 0xef || byte === 0xbb || byte === 0xbf;

/** Skips strings, and hands over those that name a member. */
const stringReader = (onKey: (key: string) => void, fail: (reason: string) => never) => {
  let open: { readonly isKey: boolean; readonly bytes: number[] } | undefined;
  let isEscaped = false;
  return {
    isOpen: () => open !== undefined,
    begin(isKey: boolean) {
      open = { isKey, bytes: [] };
    },
    /** The position behind the open string, or behind the piece. */
    skip(bytes: Buffer, from: number): number {
      for (let at = from; at < bytes.length; at++) {
        if (!isEscaped && !open?.isKey) at = endOfPlain(bytes, at);
        const byte = bytes[at];
        if (byte === undefined) break;
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) {
          if (open?.isKey) onKey(keyOf(open.bytes));
          open = undefined;
          return at + 1;
        }
        if (open?.isKey && open.bytes.push(byte) > MAX_KEY_BYTES) fail('the name of a member is too long');
      }
      return bytes.length;
    },
  };
};

/** Where a quote or a backslash is next: texts are most of a feed. */
const endOfPlain = (bytes: Buffer, from: number): number => {
  let at = from;
  while (at < bytes.length && bytes[at] !== QUOTE && bytes[at] !== BACKSLASH) at++;
  return at;
};

const keyOf = (bytes: readonly number[]): string => {
  const text = Buffer.from(bytes).toString();
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
};
