import { ApiError } from '../../errors.ts';
import { inParallel } from '../../parallel.ts';
import { definition, type IndexName } from '../definition.ts';
import type { Item } from '../entity.ts';
import type { Table } from '../table.ts';

export interface Listing {
  readonly index?: IndexName;
  /** The partitions that are listed together, in the order of their sort keys, such as the shards of an index. */
  readonly partitions: readonly string[];
  readonly prefix?: string;
  /** Exclusive bounds for the sort keys. */
  readonly after?: string;
  readonly before?: string;
  readonly descending: boolean;
  readonly size: number;
  readonly cursor?: string;
}

/** One page of a listing. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Cursors of the next and the previous page, if they exist. */
  readonly next?: string;
  readonly prev?: string;
}

/** The requested page. */
export interface PageRequest {
  readonly size: number;
  readonly cursor?: string;
}

const CONCURRENCY = 16;

/**
 * Reads one page of items from several partitions, merged by sort key. A cursor is a position between sort keys and a
 * direction, so that it stays valid when items are added or removed. Sort keys have to be unique across the partitions.
 */
export const listPage = async (table: Pick<Table, 'query'>, listing: Listing): Promise<Page<Item>> => {
  const { index, partitions, prefix, size, descending } = listing;
  const cursor = listing.cursor === undefined ? undefined : decode(listing.cursor);
  const backwards = cursor?.backwards ?? false;
  const isDescending = descending !== backwards;
  const after = cursor && !isDescending ? maxOf(cursor.at, listing.after) : listing.after;
  const before = cursor && isDescending ? minOf(cursor.at, listing.before) : listing.before;

  const sk = index ? definition.indexes[index].sk : definition.sk;
  const sortKeyOf = (item: Item): string => String(item[sk]);
  const merged = await merge(partitions, size + 1, {
    place: sortKeyOf,
    isBefore: (a, b) => (isDescending ? a > b : a < b),
    read: (pk, limit, from) => {
      const [lowerBound, upperBound] = isDescending ? [after, from ?? before] : [from ?? after, before];
      return table.query({
        pk,
        limit,
        descending: isDescending,
        ...(index && { index }),
        ...(prefix !== undefined && { prefix }),
        ...(lowerBound !== undefined && { after: lowerBound }),
        ...(upperBound !== undefined && { before: upperBound }),
      });
    },
  });
  const page = merged.slice(0, size);
  const hasMore = merged.length > size;
  const items = backwards ? page.toReversed() : page;

  const first = items[0];
  const last = items.at(-1);
  const hasNext = backwards || hasMore;
  const hasPrev = backwards ? hasMore : cursor !== undefined;
  return {
    items,
    ...(last && hasNext && { next: encode({ at: sortKeyOf(last), backwards: false }) }),
    ...(first && hasPrev && { prev: encode({ at: sortKeyOf(first), backwards: true }) }),
  };
};

/** Iterates over all items of a listing, page by page. */
export async function* readAllItems<T>(
  read: (page: { readonly size: number; readonly cursor?: string }) => Promise<{
    readonly items: readonly T[];
    readonly next?: string;
  }>,
  size: number,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page = await read({ size, ...(cursor !== undefined && { cursor }) });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

/** Queries sort keys in memory like a partition, so that their pages have the same cursors. */
export const inMemoryQuery = (places: readonly string[]): Pick<Table, 'query'> => ({
  query: async ({ after, before, descending, limit }) => {
    const inRange = places
      .filter((sk) => (after === undefined || sk > after) && (before === undefined || sk < before))
      .sort()
      .map((sk) => ({ sk }));
    return (descending ? inRange.toReversed() : inRange).slice(0, limit);
  },
});

/** The cursor of the page after, or before, the item with this sort key. */
export const cursorAt = (at: string, side: 'after' | 'before'): string => encode({ at, backwards: side === 'before' });

/** Whether a cursor leads to a previous page. */
export const isBackwards = (cursor: string): boolean => decode(cursor).backwards;

interface Order {
  readonly place: (item: Item) => string;
  readonly isBefore: (a: string, b: string) => boolean;
  /** Reads items of a partition in this order, starting after a sort key. */
  readonly read: (pk: string, limit: number, from: string | undefined) => Promise<readonly Item[]>;
}

/**
 * Merges the first items of all partitions. It first reads about an equal share of each, since shards are even, and
 * reads more only where the order is not certain yet.
 */
const merge = async (
  partitions: readonly string[],
  limit: number,
  { place, isBefore, read }: Order,
): Promise<Item[]> => {
  const share = Math.min(limit, Math.ceil((2 * limit) / partitions.length) + 8);
  let streams = await inParallel(partitions, CONCURRENCY, async (pk) => {
    const items = await read(pk, share, undefined);
    return { pk, items, isDone: items.length < share };
  });
  for (;;) {
    const merged = streams
      .flatMap(({ items }) => items)
      .sort((a, b) => (isBefore(place(a), place(b)) ? -1 : 1))
      .slice(0, limit);
    const edge = merged.length < limit ? undefined : merged.at(-1);
    const isShort = ({ items, isDone }: (typeof streams)[number]): boolean => {
      const last = items.at(-1);
      return !isDone && last !== undefined && (edge === undefined || isBefore(place(last), place(edge)));
    };
    if (!streams.some(isShort)) return merged;
    streams = await inParallel(streams, CONCURRENCY, async (stream) => {
      const last = stream.items.at(-1);
      if (!isShort(stream) || last === undefined) return stream;
      const more = await read(stream.pk, limit, place(last));
      return { ...stream, items: [...stream.items, ...more], isDone: more.length < limit };
    });
  }
};

interface Place {
  readonly at: string;
  readonly backwards: boolean;
}

const encode = ({ at, backwards }: Place): string => Buffer.from(`${backwards ? '<' : '>'}${at}`).toString('base64url');

/** No sort key comes near the 1,024 bytes that DynamoDB accepts, not even with the prefix of a ledger. */
const MAX_PLACE_BYTES = 900;

const decode = (cursor: string): Place => {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (
    !/^[<>]./s.test(text) ||
    Buffer.byteLength(text) > MAX_PLACE_BYTES ||
    Buffer.from(text).toString('base64url') !== cursor
  ) {
    throw new ApiError('invalid', {
      detail: 'This cursor is invalid. Take it from links.next or links.prev of an earlier response.',
      source: { parameter: 'page[cursor]' },
    });
  }
  return { at: text.slice(1), backwards: text.startsWith('<') };
};

const maxOf = (a: string, b: string | undefined): string => (b !== undefined && b > a ? b : a);
const minOf = (a: string, b: string | undefined): string => (b !== undefined && b < a ? b : a);
