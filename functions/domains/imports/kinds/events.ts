import { overruledByConstants } from '../columns/constants.ts';
import { errorsAt } from '../columns/mapping-error.ts';
import { typeErrors } from '../columns/type-errors.ts';
import { type EventColumns, eventColumns } from '../rows/event-columns.ts';
import { type EventRow, eventRowReader } from '../rows/event-row.ts';
import type { Row } from '../rows/row.ts';
import { defineKind, type FileOptions } from './kind.ts';

const NO_TIME = 'No column says when the events happened. Name one Timestamp.';
const NOBODY = 'No column says whose events these are. Name one Person//Email, Person//ID or Person//Phone.';
const NAMES_PERSON =
  "The file is named after a person, and its events would be called so. Rename it, or name what they are by a column 'Metric' or the mapping's \"metric\".";
const LINES_OF_WHAT = 'There is no group_by, so nothing says which lines are one event. Name its column.';

/** Files of events: one row each, or the lines of one order. */
export const events = defineKind<EventRow>({
  unusedMembers: {
    consent: 'Files of events say nothing of consent. Take it out, and import the consent as profiles.',
  },
  // Each event is stored or not, whatever else was imported.
  tracksRepeats: false,

  fields(headers, mapping) {
    const { time, id, value, currency, metric, people } = eventColumns(headers, mapping);
    return new Map<string, readonly number[]>([
      ['the time', time],
      ['the id of the event', id],
      ['the value', value],
      ['the currency', currency],
      ['the metric', metric],
      ...people,
    ]);
  },

  findUnused(_, mapping) {
    const { metric, items, group_by } = mapping;
    return [
      ...overruledByConstants(mapping)(['metric'], metric, 'metric', 'metric name'),
      ...(items && group_by === undefined ? errorsAt(['items'], LINES_OF_WHAT) : []),
    ];
  },

  read(headers, options) {
    const columns = eventColumns(headers, options.mapping);
    const errors = errorsOf(headers, columns, options);
    if (errors.length > 0) return { errors, isOrdered: false };
    const { orders, personal, parts, identifierCount } = columns;
    const hasLines = options.mapping.group_by !== undefined || (orders?.items.size ?? 0) > 0;
    return {
      errors,
      read: eventRowReader(headers, columns, options),
      groupOf: hasLines ? groupReader(columns) : undefined,
      // Of what rows say of people the last one holds.
      isOrdered: personal.size > 0 || parts.size > identifierCount,
    };
  },

  // Loaded when rows are applied: whoever only reads them does without.
  apply: async (...given) => (await import('../apply/events.ts')).applyEvents(...given),

  describeChange({ metric, time, uniqueId, value, currency, properties }, { storesEvent }) {
    if (!storesEvent) return { isNew: false };
    return {
      isNew: true,
      event: {
        metric,
        time: time.toISOString(),
        ...(uniqueId !== undefined && { uniqueId }),
        ...(value !== undefined && { value }),
        ...(currency !== undefined && { currency }),
        properties,
      },
    };
  },
});

/** Why a file can't be one of events. */
const errorsOf = (
  headers: readonly string[],
  { time: [time], id: [id], value: [value], currency: [currency], metric: [metric], ...columns }: EventColumns,
  { title, mapping }: FileOptions,
) => {
  const usual = new Map([
    ...[...columns.parts.keys(), id, currency, metric].map((column) => [column, 'string'] as const),
    [time, 'date'] as const,
    [value, 'number'] as const,
  ]);
  const isCalled = title !== '' || metric !== undefined || mapping.metric || columns.orders?.isKnown;
  return [
    ...(time === undefined ? [{ at: [], message: NO_TIME }] : []),
    ...(columns.identifierCount > 0 ? [] : [{ at: [], message: NOBODY }]),
    ...(isCalled ? [] : [{ at: [], message: NAMES_PERSON }]),
    ...typeErrors(headers, mapping, usual),
  ];
};

/** Reads what lines of one order share, where a file has a line for each of its items. */
const groupReader =
  ({ group: [group] }: EventColumns) =>
  ({ cells }: Pick<Row, 'cells'>): string | undefined => {
    const name = group === undefined ? '' : (cells[group]?.trim() ?? '');
    return name === '' ? undefined : name;
  };
