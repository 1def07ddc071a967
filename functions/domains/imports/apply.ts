import type { IdentifierKind } from '../../model/identity.ts';
import { timeProblem } from '../../model/time.ts';
import { ApiError } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Context } from '../accounts/context.ts';
import { type NewEvent, type Recorded, recordEvent, recordEvents } from '../events/actions.ts';
import { knownPersonIn, knownPersons } from '../profiles/actions.ts';
import { type Named, type Person, personOf } from '../profiles/records/resolve.ts';
import { upsertMany } from '../profiles/upsert-many.ts';
import { applyConsents } from './apply-consents.ts';
import { applySuppressions } from './apply-suppressions.ts';
import { type Job, originOf, type RowOutcome } from './job.ts';
import { onTheList } from './join.ts';
import { refused, reported } from './refused.ts';
import type { SaidConsent } from './rows/consents.ts';
import type { EventRow } from './rows/event-file.ts';
import type { ProfileRow } from './rows/profile-file.ts';
import type { RowProblem } from './rows/row.ts';

type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'settings'> &
  Partial<Pick<Context, 'accountSettings'>>;

export type Applied =
  | { readonly outcome: Exclude<RowOutcome, 'failed'>; readonly leftOut?: readonly IdentifierKind[] }
  | { readonly outcome: 'failed'; readonly problems: readonly RowProblem[] };

export interface Said<T> {
  readonly row: T;
  readonly number: number;
  /** Of whom it names, where that has just been read. */
  readonly named?: readonly Named[] | undefined;
}

interface Place {
  readonly job: Job;
  /** Rows of the chunk up to here are not read again. */
  readonly settled: number;
  /** The imports of the same rows that a row was applied by. */
  readonly repeats: (row: number) => readonly string[];
}

const PARALLEL = 24;

/** Rows about as many people. Each says again what it said first when the same row of the same job comes again. */
export const applyProfiles = async (
  rows: readonly Said<ProfileRow>[],
  { job, settled, repeats }: Place,
  context: Reach,
): Promise<Applied[]> => {
  const answers = await upsertMany(
    rows.map(({ row, number, named }) => ({
      input: row.input,
      named,
      rules: {
        onConflict: 'refuse',
        caller: 'trusted',
        row: { job: job.id, row: number, settled, repeats: repeats(number) },
      },
    })),
    context,
  );
  const done = await inParallel(rows, PARALLEL, ({ row, number }, i) => {
    const answer = answers[i];
    if (!answer) throw new Error('Every row has an answer.');
    if ('error' in answer) return { applied: refused(answer.error), profileId: '', number };
    const { profile, outcome, leftOut = [] } = answer;
    const told = leftOut.length > 0 ? { leftOut } : {};
    if (row.consents.length === 0 && row.suppressions.length === 0)
      return { applied: { outcome, ...told }, profileId: profile.id, number };
    return reported(async () => {
      const hasConsented = await applyConsents(row, { job, number, leftOut }, profile, context);
      // After the consents: an opt-in lifts suppressions, and those of its own row hold against it.
      const isSuppressed = await applySuppressions(row.suppressions, { job, row: number }, context);
      const isChanged = hasConsented || isSuppressed;
      return { outcome: outcome === 'unchanged' && isChanged ? 'updated' : outcome, ...told };
    }).then((applied) => ({ applied, profileId: profile.id, number, consentedAt: subscribedAt(row.consents) }));
  });
  return onTheList(done, job, context);
};

const nobody: Person = { id: '', sources: [] };

/** The profiles of rows about as many people, made where there are none. */
export const profilesOfEvents = async (
  rows: readonly Said<EventRow>[],
  context: Reach,
): Promise<(Person | Applied)[]> => {
  const unread = rows.flatMap(({ row, named }) => (named ? [] : [row.input]));
  const found = new Map((await knownPersons(unread, context)).map((person, i) => [unread[i], person]));
  const known = rows.map(({ row: { input }, named }) =>
    named ? knownPersonIn(input, named, context) : found.get(input),
  );
  const unknown = rows.flatMap((one, i) => (known[i] === undefined ? [{ ...one, i }] : []));
  const made = await upsertMany(
    unknown.map(({ row, named }) => ({ input: row.input, named, rules: { onConflict: 'keep', caller: 'trusted' } })),
    context,
  );
  const answers = new Map(unknown.map(({ i }, at) => [i, made[at]]));
  return rows.map((_, i) => {
    const answer = answers.get(i);
    if (!answer) return known[i] ?? nobody;
    if ('error' in answer) return refused(answer.error);
    const { profile, leftOut } = answer;
    return { ...personOf(profile), ...(leftOut && { leftOut }) };
  });
};

/** Rows of events whose profiles are known. */
export const applyEvents = async (
  rows: readonly (Said<EventRow> & { readonly person: Person })[],
  { job }: Pick<Place, 'job'>,
  context: Reach,
): Promise<Applied[]> => {
  const events = rows.map(({ row, number, person }): NewEvent => {
    const { metric, time, properties, uniqueId, value, currency } = row;
    const event: { -readonly [K in keyof NewEvent]: NewEvent[K] } = {
      profileId: person.id,
      sources: person.sources,
      metric: { name: metric, service: 'api' },
      time,
      properties,
      origin: originOf(job, number),
      backfill: true,
    };
    if (uniqueId !== undefined) event.uniqueId = uniqueId;
    if (value !== undefined) event.value = value;
    if (currency !== undefined) event.valueCurrency = currency;
    return event;
  });
  try {
    const recorded = await recordEvents(events, context);
    return recorded.map((one, i) => withLeftOut(outcomeOf(one, rows[i]?.row.uniqueId), rows[i]?.person));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // One of them can't be taken: which one, each says for itself.
    return inParallel(events, PARALLEL, (event, i) =>
      reported(async () => outcomeOf(await recordEvent(event, context), event.uniqueId)).then((applied) =>
        withLeftOut(applied, rows[i]?.person),
      ),
    );
  }
};

const withLeftOut = (applied: Applied, person: Person | undefined): Applied =>
  applied.outcome === 'failed' || !person?.leftOut ? applied : { ...applied, leftOut: person.leftOut };

/** What is wrong with the time of an event, before anything is written for it. */
export const timeOf = ({ time }: EventRow, { now, settings }: Reach): Applied | undefined => {
  const late = timeProblem(time, { now: now(), retentionDays: settings.eventRetentionDays });
  return late === undefined ? undefined : { outcome: 'failed', problems: [{ code: 'invalid_time', message: late }] };
};

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

/** When a row says for certain that its person subscribed. */
const subscribedAt = (said: readonly SaidConsent[]): Date | undefined => {
  const times = said.flatMap(({ to, at, isWeak }) => (to === 'SUBSCRIBED' && at && !isWeak ? at.getTime() : []));
  return times.length > 0 ? new Date(Math.max(...times)) : undefined;
};
