import * as v from 'valibot';
import type { Properties } from '../../../model/properties.ts';
import { normalizeName, trimInvisible } from '../../../platform/validation/text.ts';
import { EventProperties, EventValue, MetricName, MetricService, UniqueId } from '../../events/records/event.ts';
import { type ColumnType, cellReader } from '../cells/column-type.ts';
import type { DateOrders } from '../columns/date-order.ts';
import { columnNameOf, comparable, identifying } from '../columns/headers.ts';
import { type Mapping, timesIn, typesIn } from '../columns/mapping.ts';
import { type PropertyColumn, propertyColumns } from '../columns/property-columns.ts';
import { plainDigits, withoutFirstGuard } from '../csv/formulas.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import type { RowCode } from '../outcomes/row-codes.ts';
import type { EventColumns } from './event-columns.ts';
import type { ParsedRow } from './parsed-row.ts';
import { textOfPart } from './part-text.ts';
import { type PartText, toPerson } from './person.ts';
import { phoneCountryReader } from './phone-country.ts';
import type { Row } from './row.ts';
import type { FileRules } from './rules.ts';

export interface EventRow extends ParsedRow {
  readonly metric: string;
  /** The system that the event comes from. */
  readonly service?: string;
  readonly time: Date;
  readonly uniqueId?: string;
  readonly value?: number;
  readonly currency?: string;
  readonly properties: Properties;
}

interface Options {
  /** The metric where neither a column nor the mapping names one. */
  readonly title: string;
  readonly mapping: Mapping;
  readonly dates?: DateOrders | undefined;
  readonly rules?: FileRules | undefined;
}

type Rows = readonly Pick<Row, 'cells'>[];
type CellAt = (column: number | undefined) => string;

/** Reads the rows of an event: one, or the lines of an order. */
export const eventRowReader = (
  headers: readonly string[],
  columns: EventColumns,
  options: Options,
): ((rows: Rows) => EventRow) => {
  const {
    time: [time],
    id: [id],
    currency: [currency],
    metric: [metric],
    service: [service],
    orders,
  } = columns;
  const { mapping, title } = options;
  const readPerson = personReader(headers, columns, options);
  const readTime = timeReader(headers, time, options);
  const readAmount = amountReader(headers, columns, mapping);
  const readProperties = propertiesReader(headers, columns, options);
  const headerAt = (column: number | undefined): string => (column === undefined ? '' : (headers[column] ?? ''));
  const usualMetric = mapping.metric ?? (orders?.isKnown ? 'Placed Order' : title);
  const [metricHeader, idHeader] = [headerAt(metric), headerAt(id)];

  return (rows) => {
    const problems: RowProblem[] = [];
    const cell = cellsIn(rows);
    const { person, custom } = readPerson(cell);
    const when = readTime(cell, problems);
    const amount = readAmount(cell, problems);
    const properties = readProperties(rows, cell, { custom, unread: person.unread, problems });
    const name = normalizeName(cell(metric) || usualMetric);
    const uniqueId = plainDigits(cell(id));
    const origin = cell(service);
    const money = cell(currency).toUpperCase();
    if (money !== '' && !/^[A-Z]{3}$/.test(money)) {
      const message = `'${money}' is not an ISO 4217 code, such as EUR.`;
      problems.push({ column: headerAt(currency), code: 'invalid_currency', message });
    }
    problems.push(...problemsOf(MetricName, name, { column: metricHeader, code: 'invalid_metric' }));
    if (origin !== '')
      problems.push(...problemsOf(MetricService, origin, { column: headerAt(service), code: 'invalid_metric' }));
    if (uniqueId !== '')
      problems.push(...problemsOf(UniqueId, uniqueId, { column: idHeader, code: 'invalid_event_id' }));
    problems.push(...problemsOf(EventProperties, properties, { code: 'invalid_property' }));
    const row: { -readonly [K in keyof EventRow]: EventRow[K] } = {
      input: person.input,
      metric: name,
      time: when,
      properties,
      problems: [...person.problems, ...problems],
      doubts: person.doubts,
    };
    if (uniqueId !== '') row.uniqueId = uniqueId;
    if (amount !== undefined) row.value = amount;
    if (money !== '') row.currency = money;
    if (origin !== '') row.service = origin;
    return row;
  };
};

/** Reads a cell from the first line that has it filled. */
const cellsIn =
  (rows: Rows): CellAt =>
  (column) => {
    if (column === undefined) return '';
    for (const { cells } of rows) {
      const text = withoutFirstGuard(cells[column] ?? '').trim();
      if (text !== '') return text;
    }
    return '';
  };

const personReader = (
  headers: readonly string[],
  { parts, personal }: EventColumns,
  { mapping, dates, rules = {} }: Options,
) => {
  const readCustom = propertyColumns(columnsOf(personal), { headers, mapping, dates });
  const readCountry = phoneCountryReader(headers, parts, rules);
  return (cell: CellAt) => {
    const texts: PartText[] = [];
    for (const [column, part] of parts) {
      const text = textOfPart(part, identifying.has(part) ? trimInvisible(cell(column)) : cell(column));
      if (text !== '') texts.push({ part, column: headers[column] ?? '', text });
    }
    const custom = readCustom(cell);
    // No order is lost for a number that nobody can dial.
    const person = toPerson(texts, custom.properties, { rules, country: readCountry(cell), keepsUnread: true });
    return { person, custom };
  };
};

const timeReader = (headers: readonly string[], time: number | undefined, { mapping, dates }: Options) => {
  const header = time === undefined ? '' : (headers[time] ?? '');
  const name = comparable(header);
  const read = timesIn(mapping, dates);
  return (cell: CellAt, problems: RowProblem[]): Date => {
    const when = read(name, cell(time));
    if (when instanceof Date) return when;
    problems.push({ column: header, ...when });
    return new Date(0);
  };
};

/** Reads what an event is worth, with or without the sign of its currency. */
const amountReader = (headers: readonly string[], { value: [value] }: EventColumns, mapping: Mapping) => {
  if (value === undefined) return () => undefined;
  const header = headers[value] ?? '';
  const type: ColumnType = typesIn(mapping).get(comparable(header)) ?? 'number';
  const read = cellReader(type);
  return (cell: CellAt, problems: RowProblem[]): number | undefined => {
    const text = cell(value);
    const amount = text.replace(/^\p{Sc}\s*/u, '');
    if (amount === '') return undefined;
    const reading = read(amount);
    if ('value' in reading && v.is(EventValue, reading.value)) return reading.value;
    problems.push({ column: header, code: 'invalid_value', message: `'${text}' is not a number, such as 12.50.` });
    return undefined;
  };
};

/** Reads the columns that are nothing else as properties, and lines of an order as its items. */
const propertiesReader = (headers: readonly string[], columns: EventColumns, { mapping, dates }: Options) => {
  const { orders } = columns;
  const file = { headers, mapping, dates };
  const readOwn = propertyColumns(ownColumns(headers, columns), file);
  const readItem = propertyColumns(columnsOf(orders?.items ?? new Map()), file);
  type Read = ReturnType<typeof readOwn>;
  interface Given {
    readonly custom: Read;
    /** A number that could not be read. */
    readonly unread: PartText | undefined;
    readonly problems: RowProblem[];
  }
  return (rows: Rows, cell: CellAt, { custom, unread, problems }: Given): Properties => {
    const lines = orders ? rows.map(({ cells }) => readItem((column) => withoutFirstGuard(cells[column] ?? ''))) : [];
    const items = lines.map((line) => line.properties).filter((item) => Object.keys(item).length > 0);
    const own = readOwn(cell);
    for (const read of [custom, ...lines, own]) problems.push(...read.problems);
    return {
      ...own.properties,
      ...(unread && { [columnNameOf(unread.column)]: unread.text }),
      ...(items.length > 0 && { Items: items }),
    };
  };
};

const ownColumns = (headers: readonly string[], columns: EventColumns): readonly PropertyColumn[] => {
  const {
    time: [time],
    id: [id],
    value: [value],
    currency: [currency],
    metric: [metric],
    service: [service],
  } = columns;
  const { orders, parts, personal } = columns;
  // What an order is called and costs is worth showing with it.
  const fields = new Set(
    orders
      ? [time, value, metric, service].filter((column) => column !== id && column !== currency)
      : [time, id, value, currency, metric, service],
  );
  return headers.flatMap((header, column) => {
    const name = columnNameOf(header);
    const isOther = fields.has(column) || parts.has(column) || personal.has(column) || orders?.items.has(column);
    return name === '' || isOther ? [] : [{ column, name }];
  });
};

const columnsOf = (names: ReadonlyMap<number, string>): PropertyColumn[] =>
  [...names].map(([column, name]) => ({ column, name }));

const problemsOf = (
  schema: v.GenericSchema,
  value: unknown,
  { column = '', code }: { readonly column?: string; readonly code: RowCode },
): RowProblem[] => {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return [];
  return parsed.issues.map(({ message, path }) => {
    const at = column || String(path?.[0]?.key ?? '');
    return { ...(at !== '' && { column: at }), code, message };
  });
};
