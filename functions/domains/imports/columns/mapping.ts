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

/** What the owner of a file says of it: `<name>.mapping.json` beside it. */
export const Mapping = v.strictObject(
  {
    /** How the file is written, where neither a byte order mark nor a line `sep=` in it says so. */
    encoding: v.optional(v.picklist(encodings)),
    delimiter: v.optional(v.picklist(delimiters)),
    /** The number of the row with the header, where a title or the like stands above it. */
    header_row: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000))),
    /** What columns are called here; null leaves one out. */
    columns: v.optional(ownRecord(v.string(), v.nullable(columnName))),
    /** Columns that every row has, with what stands in them. */
    constants: v.optional(ownRecord(columnName, v.string())),
    /** What the cells of columns are, as those are called here; the others are as they look. */
    types: v.optional(ownRecord(columnName, ColumnType)),
    dates: v.optional(DateOrder),
    /** Of events, where no column tells it. */
    metric: v.optional(v.pipe(name, v.normalize('NFC'))),
    /** Lines that follow each other with the same in this column are one event. */
    group_by: v.optional(columnName),
    /** Columns of which each line has its own: they become its item. */
    items: v.optional(
      boundedArray(columnName, {
        max: MAX_COLUMNS,
        tooMany: (count) => `${count} columns; at most ${MAX_COLUMNS} are taken.`,
      }),
    ),
    /** Who is in the file is put on this list, by its id or its name. That is no consent. */
    list: v.optional(ListName),
    /** Holds for every consent in the file that doesn't say it itself. */
    consent: v.optional(
      v.strictObject({
        source: v.optional(name),
        /** Why these people may be written to, such as `asked for on paper at the fair`. */
        basis: v.optional(name),
        at: v.optional(
          v.pipe(
            v.string(),
            v.isoTimestamp('It has to be a time such as 2026-05-01T10:00:00Z.'),
            v.check((time) => isRecordable(new Date(time)), 'It has to be a time since 1970.'),
          ),
        ),
      }),
    ),
  },
  (issue) =>
    issue.expected === 'never' ? 'There is no such member: see docs/csv.md for those that there are.' : issue.message,
);
export type Mapping = v.InferOutput<typeof Mapping>;

/** It is kept in one item with the headers, of which DynamoDB takes 400 KB. */
export const MAX_MAPPING_BYTES = 150_000;

/** The headers of a file as its mapping calls them, with those that every row has; what a row has in them. */
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

/** What the types are of columns, by their names as they are compared. */
export const typesIn = ({ types = {} }: Mapping): ReadonlyMap<string, ColumnType> =>
  new Map(Object.entries(types).map(([header, type]) => [comparable(header), type]));

/** Reads the times in a column, by its name as it is compared. */
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
