import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { inParallel } from '../parallel.ts';
import type { Properties } from '../properties.ts';
import { create, put } from '../table/write.ts';
import type { Event } from './event.ts';
import { eventIdOf, hashOf, textOf } from './identity.ts';
import { type MetricName, meetMetrics, noRoom } from './known-metrics.ts';
import { metricIdOf } from './metric.ts';
import { EVENTS, events, guards, timelinePk } from './store.ts';
import { expiry, timeProblem } from './time.ts';

export type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'settings'>;

export interface NewEvent {
  readonly profileId: string;
  readonly metric: MetricName;
  readonly time: Date;
  /** The sender named no time: it is no part of what the event says, and a retry may come with another one. */
  readonly isTimeAssumed?: boolean;
  readonly properties: Properties;
  readonly value?: number;
  readonly valueCurrency?: string;
  readonly uniqueId?: string;
  /** What delivers it, such as `import:<job>#<row>`: a redelivered one recognises its own event. */
  readonly origin?: string;
  readonly backfill?: boolean;
}

export interface Recorded {
  readonly id: string;
  /** `conflict`: an event with this unique_id is there, and says something else. The first one is kept. */
  readonly outcome: 'stored' | 'duplicate' | 'conflict';
}

const PARALLEL = 32;

/**
 * Stores an event once, however often and wherever it is recorded, killed between any two steps: with a `unique_id`
 * first the guard, which settles its time, then the event at that time; without one the event's key follows from its
 * content.
 *
 * @throws ApiError `invalid` for a time outside the limits, or where the account can have no more metrics.
 */
export const recordEvent = async (event: NewEvent, context: Reach): Promise<Recorded> => {
  const [recorded] = await recordEvents([event], context);
  if (!recorded) throw new Error('Every event has an outcome.');
  return recorded;
};

/** As `recordEvent`, for many: nothing is written where one of them can't be taken. */
export const recordEvents = async (given: readonly NewEvent[], context: Reach): Promise<Recorded[]> => {
  const now = context.now();
  const retentionDays = context.settings.eventRetentionDays;
  const late = given.flatMap(({ time }) => timeProblem(time, { now, retentionDays }) ?? []);
  if (late.length > 0)
    throw new ApiError(
      'invalid',
      late.map((detail) => ({ detail })),
    );
  const refused = await meetMetrics(
    given.map(({ metric }) => metric),
    context,
  );
  if (refused.length > 0)
    throw new ApiError(
      'invalid',
      refused.map((metric) => ({ detail: noRoom(metric) })),
    );
  return inParallel(given, PARALLEL, (event) => store(event, now, context));
};

const store = async (given: NewEvent, now: Date, context: Reach): Promise<Recorded> => {
  const { account, table, settings } = context;
  const { profileId, metric, properties, value, valueCurrency, uniqueId, origin, backfill } = given;
  const metricId = metricIdOf(metric);
  const said = given.time.toISOString();
  const hash =
    uniqueId === undefined
      ? hashOf('content', profileId, metricId, said, textOf(given))
      : hashOf('unique', profileId, metricId, uniqueId);
  const time = uniqueId === undefined ? said : await settledTime({ profileId, hash, time: given.time }, now, context);
  const expiresAt = expiry(new Date(time), settings.eventRetentionDays);
  const event: Event = {
    account,
    profileId,
    metricId,
    hash,
    time,
    properties,
    ...(value !== undefined && { value }),
    ...(valueCurrency !== undefined && { valueCurrency }),
    ...(uniqueId !== undefined && { uniqueId }),
    ...(origin !== undefined && { origin }),
    ...(backfill && { backfill }),
    receivedAt: now.toISOString(),
    ...(expiresAt !== undefined && { expiresAt }),
  };
  const id = eventIdOf(event);
  const written = await table.write(create(events, event));
  if (written.done) return { id, outcome: 'stored' };
  const existing = written.existing ? events.fromItem(written.existing) : await table.get(events, event);
  // Deleted in the moment between: whoever deleted it meant this event.
  if (!existing) return { id, outcome: 'duplicate' };
  return { id, outcome: outcomeOf(given, existing) };
};

const outcomeOf = (given: NewEvent, existing: Event): Recorded['outcome'] => {
  if (given.origin !== undefined && existing.origin === given.origin) return 'stored';
  const isSameTime = given.isTimeAssumed || existing.time === given.time.toISOString();
  return isSameTime && textOf(given) === textOf(existing) ? 'duplicate' : 'conflict';
};

/** The time of the first event with this `unique_id`: this one's, if it is the first. */
const settledTime = async (
  { profileId, hash, time }: { readonly profileId: string; readonly hash: string; readonly time: Date },
  now: Date,
  { account, table, settings }: Reach,
): Promise<string> => {
  const expiresAt = expiry(time, settings.eventRetentionDays);
  const guard = {
    account,
    profileId,
    hash,
    time: time.toISOString(),
    ...(expiresAt !== undefined && { expiresAt }),
  };
  // DynamoDB may be days late in deleting what has expired: an expired guard no longer counts.
  const written = await table.write(
    put(guards, guard, {
      any: ['absent', { attribute: 'expiresAt', is: '<=', value: Math.floor(now.getTime() / 1_000) }],
    }),
  );
  if (written.done) return guard.time;
  const existing = written.existing ? guards.fromItem(written.existing) : await table.get(guards, guard);
  return existing?.time ?? guard.time;
};

/** When profiles were last active, by profile; those without an event are not in it. Nothing is written for it once per event. */
export const lastEventTimes = (profileIds: readonly string[], context: Pick<Context, 'account' | 'table'>) =>
  endsOfTimelines(profileIds, true, context);

export const firstEventTimes = (profileIds: readonly string[], context: Pick<Context, 'account' | 'table'>) =>
  endsOfTimelines(profileIds, false, context);

const endsOfTimelines = async (
  profileIds: readonly string[],
  descending: boolean,
  context: Pick<Context, 'account' | 'table'>,
): Promise<ReadonlyMap<string, string>> => {
  const found = await inParallel(profileIds, PARALLEL, async (id) => {
    const time = await endOfTimeline(id, descending, context);
    return time === undefined ? [] : [[id, time] as const];
  });
  return new Map(found.flat());
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
