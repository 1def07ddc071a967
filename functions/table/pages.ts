import { ApiError } from '../errors.ts';
import { definition, type IndexName } from './definition.ts';
import type { Item } from './entity.ts';
import type { Table } from './table.ts';

export interface Listing {
  readonly index?: IndexName;
  /** The partitions that share one order by sort key, such as the shards of an index. */
  readonly partitions: readonly string[];
  readonly prefix?: string;
  /** Exclusive ends of what is listed. */
  readonly after?: string;
  readonly before?: string;
  readonly descending: boolean;
  readonly size: number;
  readonly cursor?: string;
}

export interface ItemPage {
  readonly items: readonly Item[];
  readonly next?: string;
  readonly prev?: string;
}

const PARALLEL = 16;

/**
 * One page of items of several partitions, merged by sort key. A cursor is a place between sort keys and a direction,
 * so it holds whatever is added or removed meanwhile. Sort keys have to be unique across the partitions.
 */
export const listPage = async (table: Pick<Table, 'query'>, listing: Listing): Promise<ItemPage> => {
  const { index, partitions, prefix, size, descending } = listing;
  const cursor = listing.cursor === undefined ? undefined : decode(listing.cursor);
  const backwards = cursor?.backwards ?? false;
  const down = descending !== backwards;
  const after = cursor && !down ? highest(cursor.at, listing.after) : listing.after;
  const before = cursor && down ? lowest(cursor.at, listing.before) : listing.before;

  const limit = size + 1;
  const found: Item[][] = [];
  for (let start = 0; start < partitions.length; start += PARALLEL) {
    const some = partitions.slice(start, start + PARALLEL).map((pk) =>
      table.query({
        pk,
        limit,
        descending: down,
        ...(index && { index }),
        ...(prefix !== undefined && { prefix }),
        ...(after !== undefined && { after }),
        ...(before !== undefined && { before }),
      }),
    );
    found.push(...(await Promise.all(some)));
  }
  const sk = index ? definition.indexes[index].sk : definition.sk;
  const place = (item: Item): string => String(item[sk]);
  const merged = found.flat().sort((a, b) => (place(a) < place(b) === down ? 1 : -1));
  const page = merged.slice(0, size);
  const hasMore = merged.length > size;
  const items = backwards ? page.toReversed() : page;

  const first = items[0];
  const last = items.at(-1);
  const hasNext = backwards || hasMore;
  const hasPrev = backwards ? hasMore : cursor !== undefined;
  return {
    items,
    ...(last && hasNext && { next: encode({ at: place(last), backwards: false }) }),
    ...(first && hasPrev && { prev: encode({ at: place(first), backwards: true }) }),
  };
};

interface Place {
  readonly at: string;
  readonly backwards: boolean;
}

const encode = ({ at, backwards }: Place): string => Buffer.from(`${backwards ? '<' : '>'}${at}`).toString('base64url');

const decode = (cursor: string): Place => {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^[<>]./s.test(text) || Buffer.from(text).toString('base64url') !== cursor) {
    throw new ApiError('invalid', {
      detail: 'This cursor is not one of ours. Take it from links.next or links.prev of an earlier answer.',
      source: { parameter: 'page[cursor]' },
    });
  }
  return { at: text.slice(1), backwards: text.startsWith('<') };
};

const highest = (a: string, b: string | undefined): string => (b !== undefined && b > a ? b : a);
const lowest = (a: string, b: string | undefined): string => (b !== undefined && b < a ? b : a);
