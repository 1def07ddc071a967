import { ApiError, type Problem } from '../../errors.ts';
import { type Filter, type Operator, parseFilter } from './filter.ts';

type ValueKind = 'text' | 'time' | 'number' | 'boolean';

/** What a reading route supports of the query grammar. */
export interface Reading {
  /** By field: which operators, and what kind of value they compare with. @default text */
  readonly filters?: Readonly<
    Record<
      string,
      {
        readonly operators: readonly Operator[];
        readonly value?: ValueKind | readonly ValueKind[];
        /** Where only some values can ever be found: another one is a mistake. */
        readonly oneOf?: readonly string[];
      }
    >
  >;
  /** Fields; each may be asked for in both orders. */
  readonly sorts?: readonly string[];
  readonly include?: readonly string[];
  /** Types whose attributes can be thinned out by `fields[type]`, with the schema of those attributes. */
  readonly fields?: Readonly<Record<string, { readonly entries: Readonly<Record<string, unknown>> }>>;
  /** By type, attributes that are only there when asked for. */
  readonly additionalFields?: Readonly<Record<string, readonly string[]>>;
  readonly page?: { readonly default: number; readonly max: number };
}

/** A request's query, checked against what its route supports. */
export interface Selection {
  readonly filters: readonly Filter[];
  readonly sort?: { readonly field: string; readonly descending: boolean };
  readonly include: readonly string[];
  /** By type: the attributes asked for; a type that isn't there is whole. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly additionalFields: readonly string[];
  readonly page: { readonly size: number; readonly cursor?: string };
}

/** Reads `filter`, `sort`, `include`, `fields[…]`, `additional-fields[…]`, `page[size]` and `page[cursor]`. */
export const readSelection = (reading: Reading = {}, query: URLSearchParams): Selection => {
  const problems: Problem[] = [];
  const problem = (parameter: string, detail: string) => problems.push({ detail, source: { parameter } });

  for (const name of new Set(query.keys())) {
    if (isGrammar(name) && !supports(reading, name)) problem(name, `This endpoint does not support '${name}'.`);
  }
  const names = (
    parameter: string,
    supported: readonly string[],
    nameIn = (word: string) => word,
  ): readonly string[] => {
    const asked = supports(reading, parameter) ? words(query.getAll(parameter)) : [];
    for (const name of asked.filter((word) => !supported.includes(nameIn(word)))) {
      problem(parameter, `'${name}' is not supported here; ${oneOf(supported)}.`);
    }
    return asked;
  };

  const filters = readFilters(reading, query, problem);
  const [sort, ...moreSorts] = names(
    'sort',
    (reading.sorts ?? []).flatMap((field) => [field, `-${field}`]),
  );
  if (moreSorts.length > 0) problem('sort', 'One field can be sorted by, not several.');
  const include = names('include', reading.include ?? []);
  const fields = Object.entries(reading.fields ?? {}).flatMap(([type, { entries }]) => {
    const parameter = `fields[${type}]`;
    const known = ['id', ...Object.keys(entries), ...(reading.additionalFields?.[type] ?? [])];
    const asked = names(parameter, known, (word) => word.split('.')[0] ?? '');
    return query.has(parameter) ? [[type, asked] as const] : [];
  });
  const additionalFields = Object.entries(reading.additionalFields ?? {}).flatMap(([type, supported]) => {
    const asked = names(`additional-fields[${type}]`, supported);
    const named = fields.flatMap(([of, all]) => (of === type ? all.map((word) => word.split('.')[0]) : []));
    return supported.filter((name) => asked.includes(name) || named.includes(name));
  });
  const page = readPage(reading, query, problem);

  if (problems.length > 0) throw new ApiError('invalid', problems);
  return {
    filters,
    ...(sort && { sort: { field: sort.replace(/^-/, ''), descending: sort.startsWith('-') } }),
    include,
    fields: Object.fromEntries(fields),
    additionalFields,
    page,
  };
};

type Report = (parameter: string, detail: string) => void;

/** Whether a query parameter is of the grammar, supported or not. */
export const isGrammar = (name: string): boolean => GRAMMAR.test(name);

const GRAMMAR = /^(filter|sort|include|fields\[.*\]|additional-fields\[.*\]|page\[.*\])$/;

const supports = (reading: Reading, name: string): boolean => {
  const type = /^[^[]*\[(.*)\]$/.exec(name)?.[1] ?? '';
  if (name === 'filter') return reading.filters !== undefined;
  if (name === 'sort') return reading.sorts !== undefined;
  if (name === 'include') return reading.include !== undefined;
  if (name.startsWith('fields[')) return Object.hasOwn(reading.fields ?? {}, type);
  if (name.startsWith('additional-fields[')) return Object.hasOwn(reading.additionalFields ?? {}, type);
  return reading.page !== undefined && (type === 'size' || type === 'cursor');
};

const readFilters = (reading: Reading, query: URLSearchParams, problem: Report): Filter[] => {
  const text = query.getAll('filter').filter(Boolean).join(',');
  if (text === '' || !reading.filters) return [];
  const filters = parsed(text, problem);
  for (const { operator, field, values } of filters) {
    const supported = Object.hasOwn(reading.filters, field) ? reading.filters[field] : undefined;
    const wanted: readonly string[] = [supported?.value ?? 'text'].flat();
    if (!supported) problem('filter', `'${field}' can't be filtered by; ${oneOf(Object.keys(reading.filters))}.`);
    else if (!supported.operators.includes(operator))
      problem('filter', `'${field}' can't be compared by ${operator}; ${oneOf(supported.operators)}.`);
    else if (values.some((value) => !wanted.includes(kindOf(value))))
      problem(
        'filter',
        `'${field}' is compared with a ${wanted.join(' or a ')}${wanted.includes('text') ? ' in quotes' : ''}.`,
      );
    else if (supported.oneOf && !values.every((value) => supported.oneOf?.some((one) => one === value)))
      problem('filter', `'${values.join("', '")}' is no '${field}'; ${oneOf(supported.oneOf)}.`);
  }
  return filters;
};

const parsed = (text: string, problem: Report): Filter[] => {
  try {
    return parseFilter(text);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    for (const { detail } of error.problems) problem('filter', detail);
    return [];
  }
};

const kindOf = (value: unknown) => (value instanceof Date ? 'time' : typeof value === 'string' ? 'text' : typeof value);

const readPage = ({ page }: Reading, query: URLSearchParams, problem: Report): Selection['page'] => {
  if (!page) return { size: 1 };
  const text = query.get('page[size]') ?? String(page.default);
  const size = Number(text);
  if (!/^\d+$/.test(text) || size < 1 || size > page.max) {
    problem('page[size]', `page[size] is a whole number from 1 to ${page.max}.`);
  }
  const cursor = query.get('page[cursor]');
  return { size, ...(cursor && { cursor: cursorIn(cursor) }) };
};

/** Some clients send the whole `links.next` where its cursor belongs. */
const cursorIn = (text: string): string =>
  /^https?:\/\//.test(text) && URL.canParse(text) ? (new URL(text).searchParams.get('page[cursor]') ?? text) : text;

/** A parameter that is repeated says all that its values say. */
const words = (texts: readonly string[]): string[] =>
  texts
    .flatMap((text) => text.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');

const oneOf = (names: readonly string[]): string => (names.length === 0 ? 'nothing is' : `use ${names.join(', ')}`);
