import type { Entity } from '../../table/entity.ts';
import { inMemoryQuery, listPage, type Page } from '../../table/listing/pages.ts';
import type { RequestContext } from '../context.ts';
import type { Filter, FilterValue, Operator } from '../query/filter.ts';
import type { Reading, Selection } from '../query/selection.ts';

type FilterRules = NonNullable<Reading['filters']>[string];

/** A field by which a listing can be filtered or sorted. */
export interface Field<Value> {
  /** The field's value. Times are ISO 8601 in UTC. */
  readonly getValue: (value: Value) => string | number | boolean | undefined;
  /** The operators of its filter. @default no filter */
  readonly filter?: readonly Operator[];
  /** The kind of value that a filter compares it with. @default text */
  readonly value?: Exclude<FilterRules['value'], readonly unknown[]>;
  readonly oneOf?: FilterRules['oneOf'];
  /** Normalizes texts before they are compared. */
  readonly normalize?: (text: string) => string;
  /** Whether the listing can be sorted by this field, or the text to sort by. @default false */
  readonly sort?: boolean | ((value: Value) => string);
}

export interface Listing<Value, Context> {
  readonly filters?: NonNullable<Reading['filters']>;
  readonly sorts?: readonly string[];
  read(selection: Selection, context: Context): Promise<Page<Value>>;
}

/** A listing with few items: reads all of them, then filters and sorts in memory. */
export const inMemoryListing = <Value extends { readonly id: string }, Context extends object>({
  all,
  fields,
  sort: defaultSort,
}: {
  readonly all: (context: Context) => Promise<readonly Value[]>;
  readonly fields: Readonly<Record<string, Field<Value>>>;
  /** The default sort field. */
  readonly sort: string;
}): Listing<Value, Context> => ({
  ...(Object.values(fields).some(({ filter }) => filter) && {
    filters: Object.fromEntries(Object.entries(fields).flatMap(([name, field]) => filterRules(name, field))),
  }),
  sorts: Object.entries(fields)
    .flatMap(([name, { sort = false }]) => (sort === false ? [] : [name]))
    .toSorted(),

  async read({ filters, sort, page }, context) {
    const field = fields[sort?.field ?? defaultSort];
    const matches = (await all(context)).filter((value) => filters.every((one) => matchesFilter(value, one, fields)));
    const valueByPlace = new Map(matches.map((value) => [placeOf(value, field), value]));
    const { items, ...cursors } = await listPage(inMemoryQuery([...valueByPlace.keys()]), {
      partitions: [''],
      descending: sort?.descending ?? false,
      ...page,
    });
    return { ...cursors, items: items.flatMap(({ sk }) => valueByPlace.get(String(sk)) ?? []) };
  },
});

interface PagedListingOptions<Value extends Id, Id> {
  readonly entity: Entity<Value, Id>;
  /** The partition of an account with the items, and the prefix of their sort keys. */
  readonly pk: (account: string) => string;
  readonly prefix: string;
  /** The field whose order the sort keys follow. @default the order has no name */
  readonly sort?: string;
  /** Whether the last come first, where the request does not say. @default false */
  readonly isDescending?: boolean;
}

/** A listing of any size, page by page in the order of the sort keys. */
export const pagedListing = <Value extends Id, Id, Context extends Pick<RequestContext, 'account' | 'table'>>({
  entity,
  pk,
  prefix,
  sort: sortField,
  isDescending = false,
}: PagedListingOptions<Value, Id>): Listing<Value, Context> => ({
  ...(sortField !== undefined && { sorts: [sortField] }),

  async read({ sort, page }, { account, table }) {
    const { items, ...cursors } = await listPage(table, {
      partitions: [pk(account)],
      prefix,
      descending: sort?.descending ?? isDescending,
      ...page,
    });
    return { ...cursors, items: items.map(entity.fromItem) };
  },
});

const filterRules = <Value>(name: string, { filter, value, oneOf }: Field<Value>): [string, FilterRules][] =>
  filter ? [[name, { operators: filter, ...(value && { value }), ...(oneOf && { oneOf }) }]] : [];

/** A cursor contains the place, and may have 900 bytes together with an id. */
const MAX_SORT_TEXT = 150;

const placeOf = <Value extends { readonly id: string }>(value: Value, field: Field<Value> | undefined): string => {
  const text = typeof field?.sort === 'function' ? field.sort(value) : String(field?.getValue(value) ?? '');
  return `${text.slice(0, MAX_SORT_TEXT).toWellFormed()}#${value.id}`;
};

const matchesFilter = <Value>(
  value: Value,
  { field: name, operator, values }: Filter,
  fields: Readonly<Record<string, Field<Value>>>,
): boolean => {
  const field = fields[name];
  const actual = field?.getValue(value);
  if (!field || actual === undefined) return false;
  const normalizedActual = toComparable(actual, field);
  return (
    operator === 'has' || values.some((expected) => compare(operator, normalizedActual, toComparable(expected, field)))
  );
};

const toComparable = <Value>(input: FilterValue, { value, normalize }: Field<Value>): string | number | boolean => {
  if (input instanceof Date) return input.getTime();
  if (value === 'time') return Date.parse(String(input));
  return typeof input === 'string' && normalize ? normalize(input) : input;
};

const compare = (
  operator: Exclude<Operator, 'has'>,
  actual: string | number | boolean,
  expected: typeof actual,
): boolean => {
  switch (operator) {
    case 'equals':
    case 'any':
      return actual === expected;
    case 'contains':
      return String(actual).includes(String(expected));
    case 'starts-with':
      return String(actual).startsWith(String(expected));
    case 'ends-with':
      return String(actual).endsWith(String(expected));
    case 'greater-than':
      return actual > expected;
    case 'greater-or-equal':
      return actual >= expected;
    case 'less-than':
      return actual < expected;
    case 'less-or-equal':
      return actual <= expected;
  }
};
