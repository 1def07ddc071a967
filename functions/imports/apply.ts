import { changeConsents } from '../consent/actions.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { type NewEvent, type Recorded, recordEvent, recordEvents } from '../events/actions.ts';
import { timeProblem } from '../events/time.ts';
import { inParallel } from '../parallel.ts';
import { knownPersonIn, knownPersons } from '../profiles/actions.ts';
import type { Profile } from '../profiles/profile.ts';
import { type Named, type Person, personOf } from '../profiles/resolve.ts';
import { upsertMany } from '../profiles/upsert-many.ts';
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
  | { readonly outcome: Exclude<RowOutcome, 'failed'> }
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
    const { profile, outcome } = answer;
    if (row.consents.length === 0) return { applied: { outcome }, profileId: profile.id, number };
    return reported(async () => {
      const isChanged = await applyConsents(row.consents, { job, row: number }, profile, context);
      return { outcome: outcome === 'unchanged' && isChanged ? 'updated' : outcome };
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
    return 'error' in answer ? refused(answer.error) : personOf(answer.profile);
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
    return recorded.map((one, i) => outcomeOf(one, rows[i]?.row.uniqueId));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // One of them can't be taken: which one, each says for itself.
    return inParallel(events, PARALLEL, (event) =>
      reported(async () => outcomeOf(await recordEvent(event, context), event.uniqueId)),
    );
  }
};

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

/** Whether any consent is other than before. */
const applyConsents = async (
  said: readonly SaidConsent[],
  { job, row }: { readonly job: Job; readonly row: number },
  profile: Profile,
  context: Reach,
): Promise<boolean> => {
  const changes = said.map(({ channel, type, to, at, isWeak, source, basis }) => ({
    profileId: profile.id,
    channel,
    type,
    to,
    at: at ?? new Date(job.createdAt),
    isTimeAssumed: at === undefined,
    // What has no time can't be known to be newer than an opt-out.
    isWeak: isWeak || at === undefined,
    // Of two rows about one person the later holds.
    order: row,
    evidence: {
      method: 'manual_import',
      source: source ?? job.key.split('/').at(-1) ?? job.key,
      ...(basis !== undefined && { basis }),
    },
    entryId: `${originOf(job, row)}:${channel}:${type}`,
  }));
  return (await changeConsents(changes, context)).includes('applied');
};
