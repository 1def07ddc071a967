import { ApiError } from '../../../platform/errors.ts';
import { cursorAt, listPage, type Page, type PageRequest } from '../../../platform/table/listing/pages.ts';
import type { Context } from '../../accounts/context.ts';
import type { RejectedItem } from './rejected-item.ts';
import { REJECTED, rejectedItems, rejectedPartitions } from './store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** Which rejected items: those that have all of these. Times are inclusive. */
export interface RejectedFilter {
  readonly source?: string | undefined;
  readonly code?: string | undefined;
  readonly isReplayed?: boolean | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const isReplayed = ({ outcome }: Pick<RejectedItem, 'outcome'>): boolean => outcome !== undefined;

export const matchesFilter = (item: RejectedItem, filter: RejectedFilter): boolean =>
  (filter.source === undefined || item.source === filter.source) &&
  (filter.code === undefined || item.code === filter.code) &&
  (filter.isReplayed === undefined || isReplayed(item) === filter.isReplayed) &&
  (filter.from === undefined || item.receivedAt >= filter.from) &&
  (filter.to === undefined || item.receivedAt <= filter.to);

/** No index covers the filters: a page examines this many items at most, and may then be short. */
const MAX_EXAMINED = 1_000;
const EXAMINED_AT_ONCE = 100;

/** Lists rejected items, newest first. */
export const listRejected = async (
  { filter, page }: { readonly filter: RejectedFilter; readonly page: PageRequest },
  { account, table }: Deps,
): Promise<Page<RejectedItem>> => {
  const listing = { partitions: rejectedPartitions(account), prefix: REJECTED, descending: true };
  const found: RejectedItem[] = [];
  let cursor = page.cursor;
  let prev: string | undefined;
  for (let examined = 0; ; ) {
    const read = await listPage(table, { ...listing, size: EXAMINED_AT_ONCE, ...(cursor !== undefined && { cursor }) });
    if (examined === 0) prev = read.prev;
    examined += EXAMINED_AT_ONCE;
    for (const item of read.items.map(rejectedItems.fromItem)) {
      if (!matchesFilter(item, filter)) continue;
      if (found.length === page.size) return { items: found, ...cursorsOf(found, prev, true) };
      found.push(item);
    }
    if (read.next === undefined) return { items: found, ...cursorsOf(found, prev, false) };
    if (examined >= MAX_EXAMINED) return { items: found, next: read.next, ...(prev !== undefined && { prev }) };
    cursor = read.next;
  }
};

const cursorsOf = (items: readonly RejectedItem[], prev: string | undefined, hasMore: boolean) => {
  const last = items.at(-1);
  return {
    ...(hasMore && last && { next: cursorAt(rejectedItems.key(last).sk, 'after') }),
    ...(prev !== undefined && { prev }),
  };
};

const MAX_QUOTED = 64;

export const findRejected = (id: string, { account, table }: Deps): Promise<RejectedItem | undefined> =>
  table.get(rejectedItems, { account, id });

export const getRejected = async (id: string, context: Deps): Promise<RejectedItem> => {
  const item = await findRejected(id, context);
  if (item) return item;
  throw new ApiError('not_found', { detail: `There is no rejected item ${id.slice(0, MAX_QUOTED)}.` });
};
