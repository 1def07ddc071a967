import type { Properties } from '../../model/properties.ts';
import type { Signals } from '../../model/signals.ts';
import { ApiError } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { CreateResult } from '../../platform/table/writes.ts';
import type { Context } from '../accounts/context.ts';
import type { Person } from '../profiles/records/resolve.ts';
import { assignToExistingOwner } from './assign-owner.ts';
import { ensureMetrics, type MetricName, metricLimitMessage } from './records/ensure-metrics.ts';
import type { Event } from './records/event.ts';
import { eventIdOf, textOf } from './records/identity.ts';
import { EVENTS, events, timelinePk } from './records/store.ts';
import { reserveUniqueIds } from './unique-ids.ts';

export type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'settings'>;

export interface NewEvent {
  readonly profileId: string;
  /** The profiles that were merged into that one. */
  readonly sources?: readonly string[];
  readonly metric: MetricName;
  readonly time: Date;
  /** The sender named no time: it is no part of what the event says, and a retry may come with another one. */
  readonly isTimeAssumed?: boolean;
  readonly properties: Properties;
  readonly value?: number;
  readonly valueCurrency?: string;
  readonly uniqueId?: string;
  /** A caller without a key says so: where one with a key uses the same `unique_id`, that one's event holds. */
  readonly isPublic?: boolean;
  /** What delivers it, such as `import:<job>#<row>`: a redelivered one recognises its own event. */
  readonly origin?: string;
  readonly backfill?: boolean;
  readonly signals?: Signals;
}

export interface Recorded {
  readonly id: string;
  /** `conflict`: an event with this unique_id is there, and says something else. The first one is kept. */
  readonly outcome: 'stored' | 'duplicate' | 'conflict';
}

const PARALLEL = 32;

/** As `recordEvents`, for one. */
export const recordEvent = async (event: NewEvent, context: Deps): Promise<Recorded> => {
  const [recorded] = await recordEvents([event], context);
  if (!recorded) throw new Error('Every event has an outcome.');
  return recorded;
};

/**
 * Makes the metrics of events, and stores them. Their times have been checked by `timeProblem`.
 *
 * @throws ApiError `invalid` where the account can have no more metrics: then no event is stored.
 */
export const recordEvents = async (given: readonly NewEvent[], context: Deps): Promise<Recorded[]> => {
  const refused = await ensureMetrics(
    given.map(({ metric }) => metric),
    context,
  );
  if (refused.length > 0)
    throw new ApiError(
      'invalid',
      refused.map((metric) => ({ detail: metricLimitMessage(metric) })),
    );
  return storeEvents(given, context);
};

/**
 * Stores each event once, however often and wherever it is recorded, killed between any two steps: with a `unique_id`
 * first the guard, which settles its time, then the event at that time; without one the event's key follows from its
 * content. Of several with one `unique_id` the first is stored, and the others are duplicates or conflicts. Times and
 * metrics have been checked.
 */
export const storeEvents = async (given: readonly NewEvent[], context: Deps): Promise<Recorded[]> => {
  const now = context.now();
  const reserved = await reserveUniqueIds(await assignToExistingOwner(given, now, context), now, context);
  const open = reserved.filter(({ isStored }) => !isStored);
  const created = await context.table.createMany(
    events,
    open.map(({ event }) => event),
  );
  const answers = new Map(open.map((one, i) => [one, created[i]]));
  return reserved.map((one) => ({
    id: eventIdOf(one.event),
    outcome: one.isStored ? 'stored' : outcomeOf(one.said, answers.get(one)),
  }));
};

const outcomeOf = (said: NewEvent, answer: CreateResult<Event> | undefined): Recorded['outcome'] => {
  if (!answer) throw new Error('Every event has an answer.');
  if (answer.done) return 'stored';
  const { existing } = answer;
  // Deleted in the moment between: the deletion was of this event.
  if (!existing) return 'duplicate';
  if (said.origin !== undefined && existing.origin === said.origin) return 'stored';
  const isSameTime = said.isTimeAssumed || existing.time === said.time.toISOString();
  return isSameTime && textOf(said) === textOf(existing) ? 'duplicate' : 'conflict';
};

/** When profiles were last active, by profile; those without an event are not in it. Nothing is written for it once per event. */
export const lastEventTimes = (persons: readonly Person[], context: Pick<Context, 'account' | 'table'>) =>
  endsOfTimelines(persons, true, context);

export const firstEventTimes = (persons: readonly Person[], context: Pick<Context, 'account' | 'table'>) =>
  endsOfTimelines(persons, false, context);

const endsOfTimelines = async (
  persons: readonly Person[],
  descending: boolean,
  context: Pick<Context, 'account' | 'table'>,
): Promise<ReadonlyMap<string, string>> => {
  const timelines = persons.flatMap(({ id, sources }) => [id, ...sources].map((of) => ({ id, of })));
  const ends = await inParallel(timelines, PARALLEL, ({ of }) => endOfTimeline(of, descending, context));
  const found = new Map<string, string>();
  for (const [i, { id }] of timelines.entries()) {
    const [end, known] = [ends[i], found.get(id)];
    if (end !== undefined && (known === undefined || end < known !== descending)) found.set(id, end);
  }
  return found;
};

const endOfTimeline = async (
  profileId: string,
  descending: boolean,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<string | undefined> => {
  const [event] = await table.queryOf(events, {
    pk: timelinePk(account, profileId),
    prefix: EVENTS,
    descending,
    limit: 1,
  });
  return event?.time;
};
