import { timeProblem } from '../../../model/time.ts';
import { ApiError } from '../../../platform/errors.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { type NewEvent, type Recorded, recordEvent, recordEvents } from '../../events/actions.ts';
import { knownPersonIn, knownPersons } from '../../profiles/actions.ts';
import { type Person, personOf } from '../../profiles/records/resolve.ts';
import { upsertMany } from '../../profiles/upsert-many.ts';
import type { Application, Deps, SoundUnit } from './application.ts';
import { type Applied, orRefused, refused } from './applied.ts';
import { joinList } from './join-list.ts';
import { originOf } from './origin.ts';
import { type NumberedRow, numbered, passesOf, withAnswers } from './row-groups.ts';
import type { EventRow } from '../rows/event-row.ts';

const PARALLEL = 24;

/** Applies rows of events: first finds the people, then records what they did. */
export const applyEvents = async (
  units: readonly SoundUnit<EventRow>[],
  application: Application,
  deps: Deps,
): Promise<void> => {
  const late = lateUnits(units, deps);
  if (late.size > 0) await application.record([...late]);
  const people: (readonly [SoundUnit<EventRow>, Person])[] = [];
  const timely = units.filter((unit) => !late.has(unit));
  for (const { groups, rows } of await passesOf(timely, deps, saySameOfPerson)) {
    const found = withAnswers(groups, await findPeople(rows, deps));
    people.push(...found.flatMap(([unit, one]) => ('outcome' in one ? [] : [[unit, one] as const])));
    await application.record(found.flatMap(([unit, one]) => ('outcome' in one ? [[unit, one] as const] : [])));
  }
  // In the order of the file: of two with one id the first is kept.
  const rows = people
    .map(([unit, person]) => ({ ...numbered(unit), unit, person }))
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

/** Events whose time can't be taken fail before anything is written for them. */
const lateUnits = (
  units: readonly SoundUnit<EventRow>[],
  { now, settings }: Deps,
): ReadonlyMap<SoundUnit<EventRow>, Applied> => {
  const limits = { now: now(), retentionDays: settings.eventRetentionDays };
  return new Map(
    units.flatMap((unit): [SoundUnit<EventRow>, Applied][] => {
      const message = timeProblem(unit.parsed.time, limits);
      return message === undefined
        ? []
        : [[unit, { outcome: 'failed', problems: [{ code: 'invalid_time', message }] }]];
    }),
  );
};

const saySameOfPerson = (row: EventRow, other: EventRow): boolean =>
  JSON.stringify(row.input) === JSON.stringify(other.input);

const nobody: Person = { id: '', sources: [] };

/** The profiles of rows about as many people, made where there are none. */
const findPeople = async (rows: readonly NumberedRow<EventRow>[], deps: Deps): Promise<(Person | Applied)[]> => {
  const unread = rows.flatMap(({ row, named }) => (named ? [] : [row.input]));
  const found = new Map((await knownPersons(unread, deps)).map((person, i) => [unread[i], person]));
  const people = rows.map(({ row: { input }, named }) =>
    named ? knownPersonIn(input, named, deps) : found.get(input),
  );
  const strangers = rows.flatMap((one, i) => (people[i] === undefined ? [{ ...one, i }] : []));
  const made = await upsertMany(
    strangers.map(({ row, named }) => ({ input: row.input, named, rules: { onConflict: 'keep', caller: 'trusted' } })),
    deps,
  );
  const answers = new Map(strangers.map(({ i }, at) => [i, made[at]]));
  return rows.map((_, i) => {
    const answer = answers.get(i);
    if (!answer) return people[i] ?? nobody;
    if ('error' in answer) return refused(answer.error);
    const { profile, leftOut } = answer;
    return { ...personOf(profile), ...(leftOut && { leftOut }) };
  });
};

type PersonalRow = NumberedRow<EventRow> & { readonly person: Person };

const recordRows = async (
  rows: readonly PersonalRow[],
  { job }: Pick<Application, 'job'>,
  deps: Deps,
): Promise<Applied[]> => {
  const events = rows.map(({ row, number, person }) => newEvent(row, person, originOf(job, number)));
  try {
    const recorded = await recordEvents(events, deps);
    return recorded.map((one, i) => withLeftOut(outcomeOf(one, rows[i]?.row.uniqueId), rows[i]?.person));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // One of them can't be taken: which one, each says for itself.
    return inParallel(events, PARALLEL, (event, i) =>
      orRefused(async () => outcomeOf(await recordEvent(event, deps), event.uniqueId)).then((applied) =>
        withLeftOut(applied, rows[i]?.person),
      ),
    );
  }
};

const newEvent = (
  { metric, time, properties, uniqueId, value, currency }: EventRow,
  { id, sources }: Person,
  origin: string,
): NewEvent => {
  const event: { -readonly [K in keyof NewEvent]: NewEvent[K] } = {
    profileId: id,
    sources,
    metric: { name: metric, service: 'api' },
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

const withLeftOut = (applied: Applied, person: Person | undefined): Applied =>
  applied.outcome === 'failed' || !person?.leftOut ? applied : { ...applied, leftOut: person.leftOut };

const outcomeOf = ({ outcome }: Recorded, uniqueId = ''): Applied => {
  switch (outcome) {
    case 'stored':
      return { outcome: 'created' };
    case 'duplicate':
      return { outcome: 'duplicate' };
    case 'conflict': {
      const message = `There is another event with the id '${uniqueId}', which differs from this one. The first is kept.`;
      return { outcome: 'failed', problems: [{ code: 'conflict', message }] };
    }
  }
};
