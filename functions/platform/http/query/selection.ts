import { ApiError, type Problem } from '../../errors.ts';
import { type Filter, type Operator, parseFilter } from './filter.ts';

type ValueKind = 'text' | 'time' | 'number' | 'boolean';

/** The parts of the query grammar that a route supports. */
export interface Reading {
  /** By field: the operators, and the kind of value to compare with. @default text */
  readonly filters?: Readonly<
    Record<
      string,
      {
        readonly operators: readonly Operator[];
        readonly value?: ValueKind | readonly ValueKind[];
        /** The only possible values: any other one is an error. */
        readonly oneOf?: readonly string[];
      }
    >
  >;
  /** Whether a request without a filter is refused, where a list of all would have no index. @default false */
  readonly isFilterRequired?: boolean;
  /** The fields to sort by, in both orders. */
  readonly sorts?: readonly string[];
  readonly include?: readonly string[];
  /** The types whose attributes `fields[type]` can select, with the schema of the attributes. */
  readonly fields?: Readonly<Record<string, { readonly entries: Readonly<Record<string, unknown>> }>>;
  /** By type: attributes that are only returned on request. */
  readonly additionalFields?: Readonly<Record<string, readonly string[]>>;
  readonly page?: { readonly default: number; readonly max: number };
}

/** A request's query parameters, checked against what the route supports. */
export interface Selection {
  readonly filters: readonly Filter[];
  readonly sort?: { readonly field: string; readonly descending: boolean };
  readonly include: readonly string[];
  /** By type: the requested attributes. A type without an entry has all its attributes. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly additionalFields: readonly string[];
  readonly page: { readonly size: number; readonly cursor?: string };
}

/** Reads `filter`, `sort`, `include`, `fields[…]`, `additional-fields[…]`, `page[size]` and `page[cursor]`. */
export const readSelection = (reading: Reading = {}, query: URLSearchParams): Selection => {
  const problems: Problem[] = [];
  const reportProblem = (parameter: string, detail: string) => problems.push({ detail, source: { parameter } });

  for (const name of new Set(query.keys())) {
    if (isGrammarParameter(name) && !supports(reading, name))
      reportProblem(name, `This endpoint does not support '${name}'.`);
  }
  const readNames = (
    parameter: string,
    supported: readonly string[],
    baseName = (word: string) => word,
  ): readonly string[] => {
    const requested = supports(reading, parameter) ? splitNames(query.getAll(parameter)) : [];
    for (const name of requested.filter((word) => !supported.includes(baseName(word)))) {
      reportProblem(parameter, `'${name}' is not supported here; ${allowedText(supported)}.`);
    }
    return requested;
  };

  const filters = readFilters(reading, query, reportProblem);
  const [sort, ...moreSorts] = readNames(
    'sort',
    (reading.sorts ?? []).flatMap((field) => [field, `-${field}`]),
  );
  if (moreSorts.length > 0) reportProblem('sort', 'Sorting by several fields is not supported.');
  const include = readNames('include', reading.include ?? []);
  const fields = Object.entries(reading.fields ?? {}).flatMap(([type, { entries }]) => {
    const parameter = `fields[${type}]`;
    const known = ['id', ...Object.keys(entries), ...(reading.additionalFields?.[type] ?? [])];
    const requested = readNames(parameter, known, (word) => word.split('.')[0] ?? '');
    return query.has(parameter) ? [[type, requested] as const] : [];
  });
  const additionalFields = Object.entries(reading.additionalFields ?? {}).flatMap(([type, supported]) => {
    const requested = readNames(`additional-fields[${type}]`, supported);
    const requestedFields = fields.flatMap(([of, all]) => (of === type ? all.map((word) => word.split('.')[0]) : []));
    return supported.filter((name) => requested.includes(name) || requestedFields.includes(name));
  });
  const page = readPage(reading, query, reportProblem);

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

/** Whether a query parameter belongs to the grammar, supported or not. */
export const isGrammarParameter = (name: string): boolean => GRAMMAR.test(name);

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

const readFilters = (reading: Reading, query: URLSearchParams, reportProblem: Report): Filter[] => {
  const text = query.getAll('filter').filter(Boolean).join(',');
  if (!reading.filters) return [];
  if (text === '') {
    const fields = Object.entries(reading.filters).map(
      ([
        field,
        {
          operators: [operator],
        },
      ]) => `${operator}(${field},…)`,
    );
    if (reading.isFilterRequired) reportProblem('filter', `A filter is needed: ${fields.join(' or ')}.`);
    return [];
  }
  const filters = tryParseFilter(text, reportProblem);
  for (const { operator, field, values } of filters) {
    const supported = Object.hasOwn(reading.filters, field) ? reading.filters[field] : undefined;
    const expectedKinds: readonly string[] = [supported?.value ?? 'text'].flat();
    if (!supported)
      reportProblem(
        'filter',
        `Filtering by '${field}' is not supported; ${allowedText(Object.keys(reading.filters))}.`,
      );
    else if (!supported.operators.includes(operator))
      reportProblem(
        'filter',
        `The operator ${operator} is not supported for '${field}'; ${allowedText(supported.operators)}.`,
      );
    else if (values.some((value) => !expectedKinds.includes(kindOf(value))))
      reportProblem(
        'filter',
        `'${field}' needs a ${expectedKinds.join(' or a ')}${expectedKinds.includes('text') ? ' in quotes' : ''}.`,
      );
    else if (supported.oneOf && !values.every((value) => supported.oneOf?.some((one) => one === value)))
      reportProblem('filter', `'${values.join("', '")}' is not a '${field}'; ${allowedText(supported.oneOf)}.`);
  }
  return filters;
};

const tryParseFilter = (text: string, reportProblem: Report): Filter[] => {
  try {
    return parseFilter(text);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    for (const { detail } of error.problems) reportProblem('filter', detail);
    return [];
  }
};

const kindOf = (value: unknown) => (value instanceof Date ? 'time' : typeof value === 'string' ? 'text' : typeof value);

const readPage = ({ page }: Reading, query: URLSearchParams, reportProblem: Report): Selection['page'] => {
  if (!page) return { size: 1 };
  const text = query.get('page[size]') ?? String(page.default);
  const size = Number(text);
  if (!/^\d+$/.test(text) || size < 1 || size > page.max) {
    reportProblem('page[size]', `page[size] must be a whole number from 1 to ${page.max}.`);
  }
  const cursor = query.get('page[cursor]');
  return { size, ...(cursor && { cursor: extractCursor(cursor) }) };
};

/** Some clients send the whole `links.next` URL instead of its cursor. */
const extractCursor = (text: string): string =>
  /^https?:\/\//.test(text) && URL.canParse(text) ? (new URL(text).searchParams.get('page[cursor]') ?? text) : text;

/** Splits comma-separated names. A repeated parameter has the names of all its values. */
const splitNames = (texts: readonly string[]): string[] =>
  texts
    .flatMap((text) => text.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');

const allowedText = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing is' : `use ${names.join(', ')}`;
