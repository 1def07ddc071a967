import { cursorAt, isBackwards, type Page, type PageRequest } from './pages.ts';

/** A value and its sort key in a listing. */
export interface Positioned<Value> {
  readonly place: string;
  readonly value: Value;
}

export type PageSource<Value> = (page: PageRequest) => Promise<Page<Positioned<Value>>>;

/** The most entries that are read for one page, which may then be short. */
const MAX_EXAMINED = 1_000;
const EXAMINED_PER_PAGE = 100;

/**
 * Reads a page of the values that match, for filters that no index covers. It examines a bounded number of entries: a
 * page may be short, even empty, and still have a next one.
 */
export const searchPages = async <Value>(
  source: PageSource<Value>,
  matches: (value: Value) => boolean,
  { size, cursor: start }: PageRequest,
): Promise<Page<Positioned<Value>>> => {
  const backwards = start !== undefined && isBackwards(start);
  let matched: readonly Positioned<Value>[] = [];
  let cursor = start;
  let oppositeCursor: string | undefined;
  let examined = 0;
  do {
    const { items, next, prev } = await source({ size: EXAMINED_PER_PAGE, ...(cursor && { cursor }) });
    const matchedItems = items.filter(({ value }) => matches(value));
    matched = backwards ? [...matchedItems, ...matched] : [...matched, ...matchedItems];
    if (examined === 0) oppositeCursor = backwards ? next : prev;
    // Deleted values do not appear in the items, so that the page size is counted instead.
    examined += EXAMINED_PER_PAGE;
    cursor = backwards ? prev : next;
  } while (cursor && matched.length < size && examined < MAX_EXAMINED);

  const items = backwards ? matched.slice(-size) : matched.slice(0, size);
  const edge = backwards ? items[0] : items.at(-1);
  const continuationCursor =
    matched.length > size && edge ? cursorAt(edge.place, backwards ? 'before' : 'after') : cursor;
  const [next, prev] = backwards ? [oppositeCursor, continuationCursor] : [continuationCursor, oppositeCursor];
  return { items, ...(next && { next }), ...(prev && { prev }) };
};
