import type { Entity } from '../../table/entity.ts';
import { inMemoryQuery, listPage, type Page } from '../../table/pages.ts';
import type { RequestContext } from '../context.ts';
import type { Filter, FilterValue, Operator } from '../query/filter.ts';
import type { Reading, Selection } from '../query/reading.ts';

type FilterRules = NonNullable<Reading['filters']>[string];

/** A field by which a listing is filtered or sorted. */
export interface Field<Value> {
  /** Times are ISO 8601 in UTC. */
  readonly of: (value: Value) => string | number | boolean | undefined;
  /** The operators of its filter. @default no filter */
  readonly filter?: readonly Operator[];
  /** What a filter compares it with. @default text */
  readonly value?: Exclude<FilterRules['value'], readonly unknown[]>;
  readonly oneOf?: FilterRules['oneOf'];
  /** Texts are compared in this form. */
  readonly form?: (text: string) => string;
  /** Whether a listing can be sorted by it, or the text to sort by. @default false */
  readonly sort?: boolean | ((value: Value) => string);
}

export interface Listing<Value, Context> {
  readonly filters?: NonNullable<Reading['filters']>;
  readonly sorts?: readonly string[];
  read(selection: Selection, context: Context): Promise<Page<Value>>;
}

/** A listing of so few that all are read, and chosen and sorted here. */
export const smallListing = <Value extends { readonly id: string }, Context extends object>({
  all,
  fields,
  sort: defaultSort,
}: {
  readonly all: (context: Context) => Promise<readonly Value[]>;
  readonly fields: Readonly<Record<string, Field<Value>>>;
  /** The field by which they are sorted unless a request says otherwise. */
  readonly sort: string;
}): Listing<Value, Context> => ({
  filters: Object.fromEntries(Object.entries(fields).flatMap(([name, field]) => filterRules(name, field))),
  sorts: Object.entries(fields)
    .flatMap(([name, { sort = false }]) => (sort === false ? [] : [name]))
    .toSorted(),

  async read({ filters, sort, page }, context) {
    const field = fields[sort?.field ?? defaultSort];
    const chosen = (await all(context)).filter((value) => filters.every((one) => isMatch(value, one, fields)));
    const places = new Map(chosen.map((value) => [placeOf(value, field), value]));
    const { items, ...cursors } = await listPage(inMemoryQuery([...places.keys()]), {
      partitions: [''],
      descending: sort?.descending ?? false,
      ...page,
    });
    return { ...cursors, items: items.flatMap(({ sk }) => places.get(String(sk)) ?? []) };
  },
});

interface Paged<Value extends Id, Id> {
  readonly entity: Entity<Value, Id>;
  /** The partition of an account that holds them, and what the sort keys of these begin with. */
  readonly pk: (account: string) => string;
  readonly prefix: string;
  /** The field that the sort keys follow. @default none can be named */
  readonly sort?: string;
}

/** A listing of any number, page by page in the order of their keys. */
export const pagedListing = <Value extends Id, Id, Context extends Pick<RequestContext, 'account' | 'table'>>({
  entity,
  pk,
  prefix,
  sort: sortable,
}: Paged<Value, Id>): Listing<Value, Context> => ({
  ...(sortable !== undefined && { sorts: [sortable] }),

  async read({ sort, page }, { account, table }) {
    const { items, ...cursors } = await listPage(table, {
      partitions: [pk(account)],
      prefix,
      descending: sort?.descending ?? false,
      ...page,
    });
    return { ...cursors, items: items.map(entity.fromItem) };
  },
});

const filterRules = <Value>(name: string, { filter, value, oneOf }: Field<Value>): [string, FilterRules][] =>
  filter ? [[name, { operators: filter, ...(value && { value }), ...(oneOf && { oneOf }) }]] : [];

/** A cursor holds the place, and takes 900 bytes together with an id. */
const MAX_SORTED = 150;

const placeOf = <Value extends { readonly id: string }>(value: Value, field: Field<Value> | undefined): string => {
  const text = typeof field?.sort === 'function' ? field.sort(value) : String(field?.of(value) ?? '');
  return `${text.slice(0, MAX_SORTED).toWellFormed()}#${value.id}`;
};

const isMatch = <Value>(
  value: Value,
  { field: name, operator, values }: Filter,
  fields: Readonly<Record<string, Field<Value>>>,
): boolean => {
  const field = fields[name];
  const own = field?.of(value);
  if (!field || own === undefined) return false;
  const compared = comparable(own, field);
  return operator === 'has' || values.some((given) => compare(operator, compared, comparable(given, field)));
};

const comparable = <Value>(given: FilterValue, { value, form }: Field<Value>): string | number | boolean => {
  if (given instanceof Date) return given.getTime();
  if (value === 'time') return Date.parse(String(given));
  return typeof given === 'string' && form ? form(given) : given;
};

const compare = (operator: Exclude<Operator, 'has'>, own: string | number | boolean, given: typeof own): boolean => {
  switch (operator) {
    case 'equals':
    case 'any':
      return own === given;
    case 'contains':
      return String(own).includes(String(given));
    case 'starts-with':
      return String(own).startsWith(String(given));
    case 'ends-with':
      return String(own).endsWith(String(given));
    case 'greater-than':
      return own > given;
    case 'greater-or-equal':
      return own >= given;
    case 'less-than':
      return own < given;
    case 'less-or-equal':
      return own <= given;
  }
};
