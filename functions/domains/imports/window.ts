import type { IdentifierKind } from '../../model/identity.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Services } from '../../platform/resources/services.ts';
import { create } from '../../platform/table/write.ts';
import { settingsOf } from '../accounts/actions.ts';
import type { Context } from '../accounts/context.ts';
import { leftOutMessage } from '../profiles/left-out.ts';
import { peopleIn } from '../profiles/people.ts';
import type { ProfileInput } from '../profiles/records/profile.ts';
import type { Person } from '../profiles/records/resolve.ts';
import { type Applied, applyEvents, applyProfiles, profilesOfEvents, type Said, timeOf } from './apply.ts';
import type { Chunk } from './chunk.ts';
import { type Counts, counted, type Failure, type Job, type RowOutcome } from './job.ts';
import { onTheList } from './join.ts';
import { failedRowsOf } from './listing.ts';
import { aboutErased } from './refused-erased.ts';
import { repeatsByRow } from './repeats.ts';
import type { EventRow } from './rows/event-file.ts';
import type { ProfileRow } from './rows/profile-file.ts';
import type { RowProblem } from './rows/row.ts';
import type { Unit } from './rows/units.ts';
import { failedRows } from './store.ts';
import { joinedWarnings, rowWarnings, type Warning } from './warnings.ts';

const PARALLEL = 24;

type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'settings'> &
  Partial<Pick<Context, 'accountSettings'>>;

export interface WindowResult {
  readonly counts: Counts;
  readonly failures: readonly Failure[];
  /** What the owner should look at in rows that were imported. */
  readonly notes: readonly Failure[];
  /** The notes, counted by what they say. */
  readonly warnings: readonly Warning[];
}

/** Applies some rows. Those about one person are applied one after another, in the order of the file. */
export const applyUnits = async (
  job: Job,
  chunk: Chunk,
  units: readonly Unit[],
  services: Services,
): Promise<WindowResult> => {
  const context: Reach = { ...services, account: job.account, ...(await settingsOf(job.account, services)) };
  const results = new Map<Unit, Applied>();
  const sound = units.filter((unit) => unit.problems.length === 0);
  for (const unit of units) {
    if (unit.problems.length > 0) results.set(unit, { outcome: 'failed', problems: unit.problems });
  }
  for (const [unit, problems] of await failedBefore(chunk, sound, context))
    results.set(unit, { outcome: 'failed', problems });

  const open = sound.filter((unit) => !results.has(unit));
  const place = { job, settled: chunk.row, repeats: await repeatsByRow(job, open, context) };
  const settle = async (done: readonly (readonly [Unit, Applied])[]): Promise<void> => {
    const failed = done.flatMap(([unit, applied]) =>
      applied.outcome === 'failed' ? [{ unit, problems: applied.problems }] : [],
    );
    await inParallel(failed, PARALLEL, async ({ unit, problems }) => {
      await rememberFailure(unit, problems, job, context);
    });
    for (const [unit, applied] of done) results.set(unit, applied);
  };
  if (job.kind === 'profiles') {
    for (const round of await rounds(open, profileIn, context)) {
      await settle(pairs(round.sayings, await applyProfiles(round.rows, place, context)));
    }
  } else {
    const late = open.flatMap((unit) => {
      const applied = timeOf(eventIn(unit).row, context);
      return applied ? [[unit, applied] as const] : [];
    });
    await settle(late);
    const events: { readonly unit: Unit; readonly person: Person }[] = [];
    const timely = open.filter((unit) => !results.has(unit));
    for (const round of await rounds(timely, eventIn, context, saysTheSame)) {
      const found = pairs(round.sayings, await profilesOfEvents(round.rows, context));
      events.push(...found.flatMap(([unit, one]) => ('outcome' in one ? [] : [{ unit, person: one }])));
      await settle(found.flatMap(([unit, one]) => ('outcome' in one ? [[unit, one] as const] : [])));
    }
    // In the order of the file: of two with one id the first is kept.
    const sorted = events.toSorted((a, b) => eventIn(a.unit).number - eventIn(b.unit).number);
    const rows = sorted.map(({ unit, person }) => ({ ...eventIn(unit), person }));
    const recorded = await applyEvents(rows, place, context);
    const settled = recorded.flatMap((applied, i) => {
      const row = rows[i];
      return row ? [{ applied, profileId: row.person.id, number: row.number }] : [];
    });
    const each = sorted.map(({ unit }): Saying => [unit]);
    await settle(pairs(each, await onTheList(settled, job, context)));
  }

  const rows = units.flatMap((unit) => {
    const applied = results.get(unit);
    return applied
      ? unit.rows.map((row, i) => ({ row, applied, doubts: i === 0 ? (unit.said?.row.doubts ?? []) : [] }))
      : [];
  });
  const outcomes: { readonly outcome: RowOutcome; readonly leftOut?: readonly IdentifierKind[] }[] = rows.map(
    ({ applied }) => applied,
  );
  const notes = rows.flatMap(({ row, applied, doubts }) => noteOf(row.number, applied, doubts));
  const failed = units.filter((unit) => results.get(unit)?.outcome === 'failed');
  const erased = await aboutErased(failed, context);
  const failures = failed.flatMap((unit) => {
    const applied = results.get(unit);
    const problems = erased.get(unit) ?? (applied?.outcome === 'failed' ? applied.problems : []);
    return unit.rows.map(
      ({ number, text }): Failure => ({
        row: number,
        problems: [...problems],
        original: isErased(problems) ? '' : text,
      }),
    );
  });
  const warnings = notes.flatMap(({ row, problems }) => rowWarnings(row, problems));
  return { counts: counted(chunk.counts, outcomes), failures, notes, warnings: joinedWarnings(warnings) };
};

/** Without the row itself, which is imported, and may be about somebody who asks to be erased. */
const noteOf = (row: number, applied: Applied, doubts: readonly RowProblem[]): Failure[] => {
  if (applied.outcome === 'failed') return [];
  const leftOut = (applied.leftOut ?? []).map((kind) => ({ code: 'left_out' as const, message: leftOutMessage(kind) }));
  const problems = [...leftOut, ...doubts];
  return problems.length > 0 ? [{ row, problems, original: '' }] : [];
};

/** A row about somebody who was erased is told of, and not kept. */
const isErased = (problems: readonly RowProblem[]): boolean => problems.some(({ code }) => code === 'erased');

/** Rows one after another that say the same of a person, which is done once for all of them. */
type Saying = readonly [Unit, ...Unit[]];

/**
 * First what is said first of each person, then the second of each of whom more is said, and so on. What was read to tell
 * people apart serves the first of them.
 */
const rounds = async <T>(
  units: readonly Unit[],
  saidIn: (unit: Unit) => Said<T>,
  context: Reach,
  isAlike: (unit: Unit, other: Unit) => boolean = () => false,
): Promise<{ readonly sayings: readonly Saying[]; readonly rows: readonly Said<T>[] }[]> => {
  const { groups, namedOf } = await peopleIn(
    units,
    (unit) => ({ identifiers: inputOf(unit)?.identifiers ?? {} }),
    context,
  );
  const said = groups.map((group) => sayingsIn(group, isAlike));
  const most = said.reduce((length, sayings) => Math.max(length, sayings.length), 0);
  return Array.from({ length: most }, (_, round) => {
    const sayings = said.flatMap((some): Saying[] => (some[round] ? [some[round]] : []));
    return {
      sayings,
      rows: sayings.map(([unit]) => (round > 0 ? saidIn(unit) : { ...saidIn(unit), named: namedOf.get(unit) })),
    };
  });
};

const sayingsIn = (group: readonly Unit[], isAlike: (unit: Unit, other: Unit) => boolean): Saying[] => {
  const sayings: [Unit, ...Unit[]][] = [];
  for (const unit of group) {
    const last = sayings.at(-1);
    if (last && isAlike(last[0], unit)) last.push(unit);
    else sayings.push([unit]);
  }
  return sayings;
};

const inputOf = ({ said }: Unit): ProfileInput | undefined => said?.row.input;

const saysTheSame = (unit: Unit, other: Unit): boolean =>
  JSON.stringify(inputOf(unit)) === JSON.stringify(inputOf(other));

const pairs = <T>(sayings: readonly Saying[], answers: readonly T[]) =>
  sayings.flatMap((saying, i): (readonly [Unit, T])[] => {
    const answer = answers[i];
    return answer === undefined ? [] : saying.map((unit) => [unit, answer] as const);
  });

const numberOf = ({ rows }: Unit): number => rows[0]?.number ?? 0;

const profileIn = (unit: Unit): Said<ProfileRow> => {
  if (unit.said?.kind !== 'profile') throw new Error('A sound unit of a file of profiles is one.');
  return { row: unit.said.row, number: numberOf(unit) };
};

const eventIn = (unit: Unit): Said<EventRow> => {
  if (unit.said?.kind !== 'event') throw new Error('A sound unit of a file of events is one.');
  return { row: unit.said.row, number: numberOf(unit) };
};

/** Written before the next row about the same person is applied, since that may undo what the failure came from. */
export const rememberFailure = async (
  { rows: [first] }: Unit,
  problems: readonly RowProblem[],
  { id, expiresAt, isDryRun }: Job,
  { account, table }: Pick<Reach, 'account' | 'table'>,
): Promise<void> => {
  // Nothing stays of a dry run's window that was not settled, so that it is as new when it comes again.
  if (first && !isDryRun)
    await table.write(
      create(failedRows, { account, job: id, row: first.number, problems: [...problems], original: '', expiresAt }),
    );
};

const failedBefore = async (chunk: Chunk, units: readonly Unit[], context: Reach) => {
  // Only a second try of the same rows finds any.
  const failed = chunk.starts <= 1 ? undefined : await failedRowsOf(chunk, units, context);
  return units.flatMap((unit): [Unit, readonly RowProblem[]][] => {
    const problems = failed?.get(numberOf(unit));
    return problems ? [[unit, problems]] : [];
  });
};
