import { timeProblem } from '../../../model/time.ts';
import { ApiError } from '../../../platform/errors.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { type NewEvent, type RecordedEvent, recordEvent, recordEvents } from '../../events/actions.ts';
import { matchKnownPerson, readKnownPersons } from '../../profiles/actions.ts';
import { type Person, personOf } from '../../profiles/records/resolve.ts';
import { type UpsertCall, upsertMany } from '../../profiles/upsert-many.ts';
import type { Application, Deps, ParsedUnit } from '../apply/application.ts';
import { joinList } from '../apply/join-list.ts';
import { originOf } from '../apply/origin.ts';
import { type ApplyResult, catchRefusal, failedResult } from '../apply/outcome.ts';
import { type NumberedRow, passesOf, toNumberedRow, withAnswers } from '../apply/row-groups.ts';
import { overruledByConstants } from '../columns/constants.ts';
import { errorsAt } from '../columns/mapping-error.ts';
import { typeErrors } from '../columns/type-errors.ts';
import { type EventColumns, eventColumns } from '../rows/event-columns.ts';
import { type EventRow, eventRowReader } from '../rows/event-row.ts';
import type { Row } from '../rows/row.ts';
import { type ApplyRows, type FileOptions, type ImportKind, ofProducts } from './kind.ts';

const PARALLEL = 24;

const NO_TIME = 'No column has the time of the events. Name one Timestamp.';
const NOBODY = 'No column identifies the person of an event. Name one Person//Email, Person//ID or Person//Phone.';
const NAMES_PERSON =
  'The name of the file contains a person, and would become the metric of its events. Rename the file, add a column \'Metric\', or set "metric" in the mapping.';
const LINES_OF_WHAT =
  'The mapping has no group_by, which joins lines to one event. Set it to the column with the order number.';

/** Files of events: one row each, or the lines of one order. */
export const events: ImportKind<EventRow> = {
  unusedMembers: {
    consent: 'Files of events have no consent. Remove it, and import the consent as profiles.',
    ...ofProducts,
  },
  // Events do not depend on earlier imports.
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
      // The last row about a person wins.
      isOrdered: personal.size > 0 || parts.size > identifierCount,
    };
  },

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
};

/** Returns why a file cannot be imported as events. */
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

/** Reads the id that lines of one order share, if a file has one line per item. */
const groupReader =
  ({ group: [group] }: EventColumns) =>
  ({ cells }: Pick<Row, 'cells'>): string | undefined => {
    const name = group === undefined ? '' : (cells[group]?.trim() ?? '');
    return name === '' ? undefined : name;
  };

/** Applies rows of events: first finds the people, then stores their events. */
export const applyEvents: ApplyRows<EventRow> = async (units, application, deps) => {
  const late = lateUnits(units, deps);
  if (late.size > 0) await application.record([...late]);
  const people: (readonly [ParsedUnit<EventRow>, Person])[] = [];
  const timely = units.filter((unit) => !late.has(unit));
  for (const { groups, rows } of await passesOf(timely, deps, haveSamePersonData)) {
    const found = withAnswers(groups, await findPeople(rows, deps));
    people.push(...found.flatMap(([unit, one]) => ('outcome' in one ? [] : [[unit, one] as const])));
    await application.record(found.flatMap(([unit, one]) => ('outcome' in one ? [[unit, one] as const] : [])));
  }
  // In the order of the file: the first of two events with one id is kept.
  const rows = people
    .map(([unit, person]) => ({ ...toNumberedRow(unit), unit, person }))
    .toSorted((a, b) => a.number - b.number);
  const applied = await recordRows(rows, application, deps);
  const joined = await joinList(
    rows.flatMap(({ person, number }, i) =>
      applied[i] ? [{ applied: applied[i], profileId: person.id, number }] : [],
    ),
    application.job,
    deps,
  );
  await application.record(rows.flatMap(({ unit }, i) => (joined[i] ? [[unit, joined[i]] as const] : [])));
};

/** Events with an invalid time fail before anything is written for them. */
const lateUnits = (
  units: readonly ParsedUnit<EventRow>[],
  { now, settings }: Deps,
): ReadonlyMap<ParsedUnit<EventRow>, ApplyResult> => {
  const limits = { now: now(), retentionDays: settings.eventRetentionDays };
  return new Map(
    units.flatMap((unit): [ParsedUnit<EventRow>, ApplyResult][] => {
      const message = timeProblem(unit.parsed.time, limits);
      return message === undefined
        ? []
        : [[unit, { outcome: 'failed', problems: [{ code: 'invalid_time', message }] }]];
    }),
  );
};

const haveSamePersonData = (row: EventRow, other: EventRow): boolean =>
  JSON.stringify(row.input) === JSON.stringify(other.input);

const noPerson: Person = { id: '', sources: [] };

/** Finds or creates the profiles of rows, one per person. */
const findPeople = async (rows: readonly NumberedRow<EventRow>[], deps: Deps): Promise<(Person | ApplyResult)[]> => {
  const unread = rows.flatMap(({ row, named }) => (named ? [] : [row.input]));
  const found = new Map((await readKnownPersons(unread, deps)).map((person, i) => [unread[i], person]));
  const people = rows.map(({ row: { input }, named }) =>
    named ? matchKnownPerson(input, named, deps) : found.get(input),
  );
  const strangers = rows.flatMap((one, i) => (people[i] === undefined ? [{ ...one, i }] : []));
  const made = await upsertMany(
    strangers.map(
      ({ row, named }): UpsertCall => ({
        input: row.input,
        owners: named,
        rules: { onConflict: 'keep', caller: 'trusted' },
      }),
    ),
    deps,
  );
  const answers = new Map(strangers.map(({ i }, at) => [i, made[at]]));
  return rows.map((_, i) => {
    const answer = answers.get(i);
    if (!answer) return people[i] ?? noPerson;
    if ('error' in answer) return failedResult(answer.error);
    const { profile, leftOut } = answer;
    return { ...personOf(profile), ...(leftOut && { leftOut }) };
  });
};

type PersonalRow = NumberedRow<EventRow> & { readonly person: Person };

const recordRows = async (
  rows: readonly PersonalRow[],
  { job }: Pick<Application, 'job'>,
  deps: Deps,
): Promise<ApplyResult[]> => {
  const events = rows.map(({ row, number, person }) => newEvent(row, person, originOf(job, number)));
  try {
    const recorded = await recordEvents(events, deps);
    return recorded.map((one, i) => withLeftOut(outcomeOf(one, rows[i]?.row.uniqueId), rows[i]?.person));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // One event is invalid. Storing each alone shows which one.
    return inParallel(events, PARALLEL, (event, i) =>
      catchRefusal(async () => outcomeOf(await recordEvent(event, deps), event.uniqueId)).then((applied) =>
        withLeftOut(applied, rows[i]?.person),
      ),
    );
  }
};

const newEvent = (
  { metric, service = 'api', time, properties, uniqueId, value, currency }: EventRow,
  { id, sources }: Person,
  origin: string,
): NewEvent => {
  const event: { -readonly [K in keyof NewEvent]: NewEvent[K] } = {
    profileId: id,
    sources,
    metric: { name: metric, service },
    time,
    properties,
    origin,
    backfill: true,
  };
  if (uniqueId !== undefined) event.uniqueId = uniqueId;
  if (value !== undefined) event.value = value;
  if (currency !== undefined) event.valueCurrency = currency;
  return event;
};

const withLeftOut = (applied: ApplyResult, person: Person | undefined): ApplyResult =>
  applied.outcome === 'failed' || !person?.leftOut ? applied : { ...applied, leftOut: person.leftOut };

const outcomeOf = ({ outcome }: RecordedEvent, uniqueId = ''): ApplyResult => {
  switch (outcome) {
    case 'stored':
      return { outcome: 'created' };
    case 'duplicate':
      return { outcome: 'duplicate' };
    case 'conflict': {
      const message = `Another event has the id '${uniqueId}' and differs from this one. The first one is kept.`;
      return { outcome: 'failed', problems: [{ code: 'conflict', message }] };
    }
  }
};
