import * as v from 'valibot';
import { inParallel } from '../../../platform/parallel.ts';
import { type Key, keyString } from '../../../platform/table/definition.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { ownRecord } from '../../../platform/validation/own-record.ts';
import { bloomOf, mayHold, type Places, placesOf } from './bloom.ts';

/** The final version of an item, or `null` if it was removed. */
export const Entry = v.tuple([v.string(), v.string(), v.nullable(ownRecord(v.string(), v.unknown()))]);
export type Entry = readonly [pk: string, sk: string, item: Item | null];

export const lineOf = (entry: Entry): string => `${JSON.stringify(entry)}\n`;
export const entriesIn = (text: string): Entry[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => v.parse(Entry, JSON.parse(line)));

const BLOCK_BYTES = 64 * 1024;
const PARALLEL = 16;

const Head = v.object({
  size: v.number(),
  /** The first key and the position of each block. */
  blocks: v.array(v.tuple([v.string(), v.string(), v.number()])),
});
type Head = v.InferOutput<typeof Head>;

/** Writes entries by key, with an index of blocks and a Bloom filter. */
export const sortedFile = (entries: readonly (readonly [pk: string, sk: string, line: string])[]) => {
  const sorted = entries.toSorted((a, b) => compare(a, b));
  const blocks: Head['blocks'] = [];
  const lines: Buffer[] = [];
  let size = 0;
  for (const [pk, sk, line] of sorted) {
    if (size >= (blocks.at(-1)?.[2] ?? -BLOCK_BYTES) + BLOCK_BYTES) blocks.push([pk, sk, size]);
    const bytes = Buffer.from(line);
    lines.push(bytes);
    size += bytes.length;
  }
  const names = new Set(sorted.flatMap(([pk, sk]) => [pk, keyString({ pk, sk })]));
  const head = Buffer.from(`${JSON.stringify({ size, blocks } satisfies Head)}\n`);
  return { content: Buffer.concat(lines), index: Buffer.concat([head, bloomOf([...names])]) };
};

type Read = (start: number, end: number) => Promise<string>;

export interface Wanted extends Key {
  readonly label: string;
  readonly places: Places;
}

export const wanted = (key: Key): Wanted => ({ ...key, label: keyString(key), places: placesOf(keyString(key)) });

export interface Sorted {
  /** Finds the entries with these keys. */
  find(keys: readonly Wanted[]): Promise<Entry[]>;
  /** Finds all entries of a partition. */
  list(pk: string): Promise<Entry[]>;
}

export const openSorted = (index: Buffer, read: Read): Sorted => {
  const end = index.indexOf('\n');
  const { size, blocks } = v.parse(Head, JSON.parse(index.toString('utf8', 0, end)));
  const bits = index.subarray(end + 1);
  /** The last block that begins at or before a key, else the first one. */
  const blockOf = (key: readonly [string, string]): number => {
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const begins = blocks[middle];
      if (begins && compare(begins, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  };
  const readBlocks = async (first: number, last: number) =>
    entriesIn(await read(blocks[first]?.[2] ?? size, blocks[last + 1]?.[2] ?? size));

  return {
    async find(keys) {
      const likely = keys.filter(({ places }) => mayHold(bits, places));
      const byBlock = Map.groupBy(likely, ({ pk, sk }) => blockOf([pk, sk]));
      const found = await inParallel([...byBlock], PARALLEL, async ([block, some]) => {
        const labels = new Set(some.map((one) => one.label));
        return (await readBlocks(block, block)).filter(([pk, sk]) => labels.has(keyString({ pk, sk })));
      });
      return found.flat();
    },

    async list(pk) {
      if (!mayHold(bits, placesOf(pk))) return [];
      // The empty text sorts before all sort keys, this one after all.
      const entries = await readBlocks(blockOf([pk, '']), blockOf([pk, '\u{10FFFF}']));
      return entries.filter(([of]) => of === pk);
    },
  };
};

const compare = (a: readonly [string, string, ...unknown[]], b: readonly [string, string, ...unknown[]]): number => {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  if (a[1] === b[1]) return 0;
  return a[1] < b[1] ? -1 : 1;
};
