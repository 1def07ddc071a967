import * as v from 'valibot';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { ownRecord } from '../../../platform/validation/own-record.ts';
import { isRecordable } from '../../consent/records/decide.ts';
import { ListName } from '../../lists/list.ts';
import { ColumnType, timeReader } from '../cells/column-type.ts';
import { DateOrder } from '../cells/dates.ts';
import { encodings } from '../csv/encodings.ts';
import { delimiters } from '../csv/sniff.ts';
import { type DateOrders, orderOfColumn } from './date-order.ts';
import { columnNameOf, comparable, MAX_COLUMNS } from './headers.ts';
import { ownColumns, type WithHeaders } from './report-columns.ts';

const name = v.pipe(v.string(), v.trim(), v.nonEmpty());
const columnName = v.pipe(v.string(), v.transform(columnNameOf), v.nonEmpty());

/** A mapping, as in `<name>.mapping.json` beside a file. */
export const Mapping = v.strictObject(
  {
    /** The encoding and delimiter, unless a byte order mark or a `sep=` line in the file defines them. */
    encoding: v.optional(v.picklist(encodings)),
    delimiter: v.optional(v.picklist(delimiters)),
    /** The number of the header row, if there are rows above it, such as a title. */
    header_row: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000))),
    /** The names of columns by header. `null` leaves a column out. */
    columns: v.optional(ownRecord(v.string(), v.nullable(columnName))),
    /** Additional columns with the same value in every row. */
    constants: v.optional(ownRecord(columnName, v.string())),
    /** The types of columns by name. Others are detected cell by cell. */
    types: v.optional(ownRecord(columnName, ColumnType)),
    dates: v.optional(DateOrder),
    /** The metric of events, if no column has it. */
    metric: v.optional(v.pipe(name, v.normalize('NFC'))),
    /** Consecutive lines with the same value in this column are one event. */
    group_by: v.optional(columnName),
    /** Columns that differ by line. They become the line's item. */
    items: v.optional(
      boundedArray(columnName, {
        max: MAX_COLUMNS,
        tooMany: (count) => `It has ${count} columns. At most ${MAX_COLUMNS} are allowed.`,
      }),
    ),
    /** All people of the file join this list, given by id or name. This is no consent. */
    list: v.optional(ListName),
    /** The file has the whole catalog: products that it does not name are unpublished. */
    whole: v.optional(v.boolean()),
    /** The share of products that a whole file may miss. */
    max_missing_percent: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
    /** Defaults for consents in the file. */
    consent: v.optional(
      v.strictObject({
        source: v.optional(name),
        /** The legal basis, such as `asked for on paper at the fair`. */
        basis: v.optional(name),
        at: v.optional(
          v.pipe(
            v.string(),
            v.isoTimestamp('It must be a time, such as 2026-05-01T10:00:00Z.'),
            v.check((time) => isRecordable(new Date(time)), 'It must be a time since 1970.'),
          ),
        ),
      }),
    ),
  },
  (issue) =>
    issue.expected === 'never' ? 'Mappings have no such member. See docs/csv.md for the members.' : issue.message,
);
export type Mapping = v.InferOutput<typeof Mapping>;

/** Mapping and headers are stored in one item, whose limit is 400 KB. */
export const MAX_MAPPING_BYTES = 150_000;

/** Renames the headers of a file by its mapping and adds constant columns, with their cells. */
export const mapped = (file: WithHeaders, { columns = {}, constants = {} }: Mapping = {}) => {
  const { headers } = file;
  const added = Object.values(constants);
  const called = new Map(Object.entries(columns).map(([header, as]) => [comparable(header), as ?? '']));
  const reported = headers.length - ownColumns(headers, file).length;
  return {
    headers: [
      ...headers.map((header, i) => (i < reported ? '' : (called.get(comparable(header)) ?? header))),
      ...Object.keys(constants),
    ],
    cellsOf: (cells: readonly string[]): readonly string[] => (added.length === 0 ? cells : [...cells, ...added]),
  };
};

/** Returns the types of columns by comparable name. */
export const typesIn = ({ types = {} }: Mapping): ReadonlyMap<string, ColumnType> =>
  new Map(Object.entries(types).map(([header, type]) => [comparable(header), type]));

/** Creates a reader of the times in a column, by comparable name. */
export const timesIn = (mapping: Mapping = {}, evident: DateOrders = []) => {
  const orderOf = orderOfColumn(mapping.dates, evident);
  const types = typesIn(mapping);
  const readers = new Map<string, ReturnType<typeof timeReader>>();
  return (name: string, text: string) => {
    const read = readers.get(name) ?? timeReader(types.get(name), orderOf(name));
    readers.set(name, read);
    return read(text);
  };
};
