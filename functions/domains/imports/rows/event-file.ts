import * as v from 'valibot';
import type { Properties } from '../../../model/properties.ts';
import { inNfc, trimInvisible } from '../../../platform/validation/text.ts';
import { EventProperties, EventValue, MetricName, UniqueId } from '../../events/records/event.ts';
import type { ProfileInput } from '../../profiles/records/profile.ts';
import { type ColumnType, cellReader } from '../columns/column-type.ts';
import type { DateOrders } from '../columns/date-order.ts';
import { eventColumns } from '../columns/event-columns.ts';
import { columnNameOf, comparable, identifying, partsIn } from '../columns/headers.ts';
import { type PropertyColumn, propertyColumns } from '../columns/property-columns.ts';
import { plainDigits, withoutFirstGuard } from '../csv/formulas.ts';
import { type Mapping, timesIn, typesIn } from '../mappings/mapping.ts';
import { typeMisfits } from '../mappings/misfits.ts';
import type { FileRules } from '../rules.ts';
import type { RowCode } from './codes.ts';
import { textOfPart } from './part-text.ts';
import { type Said, toPerson } from './person.ts';
import { phoneCountryReader } from './phone-country.ts';
import type { Row, RowProblem } from './row.ts';

export interface EventRow {
  readonly input: ProfileInput;
  readonly metric: string;
  readonly time: Date;
  readonly uniqueId?: string;
  readonly value?: number;
  readonly currency?: string;
  readonly properties: Properties;
  readonly problems: readonly RowProblem[];
  readonly doubts: readonly RowProblem[];
}

/** Reads the rows of an events file, or says why that can't be one. `metric` is meant where neither a column nor the mapping names it. */
export const eventFile = (
  headers: readonly string[],
  {
    metric,
    mapping = {},
    dates,
    rules = {},
  }: {
    readonly metric: string;
    readonly mapping?: Mapping;
    readonly dates?: DateOrders | undefined;
    readonly rules?: FileRules | undefined;
  },
) => {
  const columns = eventColumns(headers, mapping);
  const { orders, personal } = columns;
  const [[time], [id], [value]] = [columns.time, columns.id, columns.value];
  const [[currency], [metricColumn], [group]] = [columns.currency, columns.metric, columns.group];
  const parts = partsIn(columns.people);
  const usual = new Map([
    ...[...parts.keys(), id, currency, metricColumn].map((column) => [column, 'string'] as const),
    [time, 'date'] as const,
    [value, 'number'] as const,
  ]);
  const isNamed = [...parts.values()].some((part) => identifying.has(part));
  const isCalled = metric !== '' || metricColumn !== undefined || mapping.metric || orders?.isKnown;
  const misfits = [
    ...(time === undefined ? [{ at: [], message: NO_TIME }] : []),
    ...(isNamed ? [] : [{ at: [], message: NOBODY }]),
    ...(isCalled ? [] : [{ at: [], message: NAMES_PERSON }]),
    ...typeMisfits(headers, mapping, usual),
  ];
  if (time === undefined || misfits.length > 0) return { misfits } as const;
  const taken = new Set([time, id, value, currency, metricColumn].filter((column) => column !== undefined));
  // What an order is called and costs is worth showing with it.
  const shown = orders ? new Set([id, currency]) : new Set();
  const own = headers.flatMap((header, column) => {
    const isOther = (taken.has(column) && !shown.has(column)) || parts.has(column) || personal.has(column);
    return columnNameOf(header) === '' || isOther || orders?.items.has(column)
      ? []
      : [{ column, name: columnNameOf(header) }];
  });

  const file = { headers, mapping, dates };
  const ownIn = propertyColumns(own, file);
  const countryIn = phoneCountryReader(headers, parts, rules);
  const personalIn = propertyColumns(columnsOf(personal), file);
  const itemIn = propertyColumns(columnsOf(orders?.items ?? new Map()), file);
  const types = typesIn(mapping);
  const readTime = timesIn(mapping, dates);
  const amountType = value === undefined ? undefined : types.get(comparable(headers[value] ?? ''));
  const amountIn = amountReader(amountType);

  const headerAt = (column: number | undefined): string => (column === undefined ? '' : (headers[column] ?? ''));
  const timeName = comparable(headerAt(time));

  const read = (rows: readonly Pick<Row, 'cells'>[]): EventRow => {
    const problems: RowProblem[] = [];
    /** Of the first line of an order that has the cell filled. */
    const cell = (column: number | undefined): string => {
      if (column === undefined) return '';
      for (const { cells } of rows) {
        const text = withoutFirstGuard(cells[column] ?? '').trim();
        if (text !== '') return text;
      }
      return '';
    };
    const said: Said[] = [];
    for (const [column, part] of parts) {
      const text = textOfPart(part, identifying.has(part) ? trimInvisible(cell(column)) : cell(column));
      if (text !== '') said.push({ part, column: headers[column] ?? '', text });
    }
    const custom = personalIn(cell);
    // No order is lost for a number that nobody can dial.
    const person = toPerson(said, custom.properties, { rules, country: countryIn(cell), keepsUnread: true });
    const when = readTime(timeName, cell(time));
    if (!(when instanceof Date)) problems.push({ column: headerAt(time), ...when });
    const amount = amountIn(cell(value));
    if (amount === undefined) {
      problems.push({
        column: headerAt(value),
        code: 'invalid_value',
        message: `'${cell(value)}' is not a number, such as 12.50.`,
      });
    }
    const lines = orders ? rows.map(({ cells }) => itemIn((column) => withoutFirstGuard(cells[column] ?? ''))) : [];
    const items = lines.map((line) => line.properties).filter((item) => Object.keys(item).length > 0);
    const rest = ownIn(cell);
    const { unread } = person;
    const properties: Properties = {
      ...rest.properties,
      ...(unread && { [columnNameOf(unread.column)]: unread.text }),
      ...(items.length > 0 && { Items: items }),
    };
    for (const read of [custom, ...lines, rest]) problems.push(...read.problems);
    const named = inNfc(cell(metricColumn) || (mapping.metric ?? (orders?.isKnown ? 'Placed Order' : metric)));
    const uniqueId = plainDigits(cell(id));
    const money = cell(currency).toUpperCase();
    if (money !== '' && !/^[A-Z]{3}$/.test(money)) {
      problems.push({
        column: headerAt(currency),
        code: 'invalid_currency',
        message: `'${money}' is not an ISO 4217 code, such as EUR.`,
      });
    }
    problems.push(...problemsOf(MetricName, named, { column: headerAt(metricColumn), code: 'invalid_metric' }));
    if (uniqueId !== '')
      problems.push(...problemsOf(UniqueId, uniqueId, { column: headerAt(id), code: 'invalid_event_id' }));
    problems.push(...problemsOf(EventProperties, properties, { code: 'invalid_property' }));
    const row: { -readonly [K in keyof EventRow]: EventRow[K] } = {
      input: person.input,
      metric: named,
      time: when instanceof Date ? when : new Date(0),
      properties,
      problems: [...person.problems, ...problems],
      doubts: person.doubts,
    };
    if (uniqueId !== '') row.uniqueId = uniqueId;
    if (typeof amount === 'number') row.value = amount;
    if (money !== '') row.currency = money;
    return row;
  };

  const isInLines = mapping.group_by !== undefined || (orders?.items.size ?? 0) > 0;
  /** What lines of one order share, where a file has a line for each of its items. */
  const groupOf = ({ cells }: Pick<Row, 'cells'>): string | undefined => {
    const name = group === undefined ? '' : (cells[group]?.trim() ?? '');
    return name === '' ? undefined : name;
  };
  const isOrdered = personal.size > 0 || [...parts.values()].some((part) => !identifying.has(part));
  return {
    read,
    groupOf: isInLines ? groupOf : undefined,
    /** Its rows say something of people, of whom the last one holds: they can't be applied in any order. */
    isOrdered,
  } as const;
};

const NO_TIME = 'No column says when the events happened. Name one Timestamp.';
const NAMES_PERSON =
  "The file is named after a person, and its events would be called so. Rename it, or name what they are by a column 'Metric' or the mapping's \"metric\".";
const NOBODY = 'No column says whose events these are. Name one Person//Email, Person//ID or Person//Phone.';

/** Reads what an event is worth, with or without the sign of its currency: nothing where it is blank, undefined where it is none. */
const amountReader = (type: ColumnType = 'number') => {
  const read = cellReader(type);
  return (text: string): number | 'blank' | undefined => {
    const amount = text.replace(/^\p{Sc}\s*/u, '');
    if (amount === '') return 'blank';
    const reading = read(amount);
    return 'value' in reading && v.is(EventValue, reading.value) ? reading.value : undefined;
  };
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
