import type { CatalogPageRequest } from '../../../domains/catalog/listing.ts';
import { placeOf } from '../../../domains/catalog/records/store.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import type { Reading, Selection } from '../../../platform/http/query/selection.ts';
import { shrinkToPayloadLimit } from '../../../platform/http/response/shrink-page.ts';
import { inMemoryQuery, listPage, type Page } from '../../../platform/table/listing/pages.ts';
import { type PageSource, searchPages } from '../../../platform/table/listing/search-pages.ts';
import { externalIdOf, externalIdsOf, type Shown, shown } from '../views/catalog-ids.ts';

interface Listable {
  readonly id: string;
  readonly created: string;
}

/** How to read a page, and the fields whose filters the page meets by itself. */
export interface Source<Value> {
  readonly read: (request: CatalogPageRequest) => ReturnType<PageSource<Value>>;
  readonly covers?: string;
}

interface Sources<Value> {
  /** The objects with these external ids. */
  readonly findMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
  readonly source: Source<Value>;
  /** Whether a value matches a filter. */
  readonly matches: (value: Value, filter: Filter) => boolean;
  /** Whether values that are found by their ids belong into the listing. */
  readonly belongs?: (value: Value) => boolean;
  /** The external ids of all that the listing can contain, if they are few. */
  readonly among?: readonly string[];
}

export const page = { default: 100, max: 100 } as const;

const ids = { operators: ['any'] } as const satisfies NonNullable<Reading['filters']>[string];
const byId = { operators: ['equals'] } as const satisfies NonNullable<Reading['filters']>[string];
const contains = { operators: ['contains'] } as const satisfies NonNullable<Reading['filters']>[string];
const published = { operators: ['equals'], value: 'boolean' } as const satisfies NonNullable<
  Reading['filters']
>[string];

/** What the grammar of listings supports, by type. */
export const itemReading = {
  filters: { ids, 'category.id': byId, title: contains, published },
  sorts: ['created'],
  page,
} satisfies Reading;
export const variantReading = {
  filters: { ids, 'item.id': byId, sku: byId, title: contains, published },
  sorts: ['created'],
  page,
} satisfies Reading;
export const categoryReading = {
  filters: { ids, 'item.id': byId, name: contains },
  sorts: ['created'],
  page,
} satisfies Reading;

export const listingDescription =
  'Oldest first by default. The list lags by about a second. Filters by `title`, `name` and `published` read at most 1,000 entries for a page: it may be short, and still have a next one.';

/** The external id that a filter requires, if any. */
export const requiredId = (filters: readonly Filter[], field: string): string | undefined => {
  const filter = filters.find((one) => one.field === field);
  // An id of another form finds nothing, as one that does not exist.
  return filter && (externalIdOf(String(filter.values[0])) ?? '');
};

/** Reads one page of a listing. */
export const readListing = async <Value extends Listable>(
  { filters, sort, page: requested }: Pick<Selection, 'filters' | 'sort' | 'page'>,
  { findMany, source, matches, belongs = () => true, among }: Sources<Value>,
): Promise<Page<Shown<Value>>> => {
  const descending = sort?.descending ?? false;
  const byIds = filters.filter(({ field }) => field === 'ids').map(({ values }) => externalIdsOf(values.map(String)));
  const idSets = among ? [among, ...byIds] : byIds;
  const remaining = filters.filter(({ field }) => field !== 'ids' && field !== source.covers);
  const isMatch = (value: Value) => remaining.every((filter) => matches(value, filter));
  const lookedUp = async (): Promise<PageSource<Value>> => {
    const [first = [], ...others] = idSets;
    const found = await findMany(first.filter((id) => others.every((other) => other.includes(id))));
    const all = filters.filter(({ field }) => field !== 'ids');
    const values = [...found.values()].filter((one) => belongs(one) && all.every((filter) => matches(one, filter)));
    const byPlace = new Map(values.map((value) => [placeOf(value), value]));
    return async (request) => {
      const { items, ...cursors } = await listPage(inMemoryQuery([...byPlace.keys()]), {
        partitions: [''],
        descending,
        ...request,
      });
      const positioned = items.flatMap(({ sk }) => {
        const place = String(sk);
        const value = byPlace.get(place);
        return value ? [{ place, value }] : [];
      });
      return { ...cursors, items: positioned };
    };
  };
  const read: PageSource<Value> =
    idSets.length > 0 ? await lookedUp() : (request) => source.read({ ...request, descending });
  const readPage = (size: number) =>
    idSets.length === 0 && remaining.length > 0
      ? searchPages(read, isMatch, { ...requested, size })
      : read({ ...requested, size });
  const { items, ...cursors } = await shrinkToPayloadLimit(requested.size, readPage, ({ value }) => jsonBytes(value));
  return { ...cursors, items: items.map(({ value }) => shown(value)) };
};

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
