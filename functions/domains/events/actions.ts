import type { Properties } from '../../model/properties.ts';
import type { Signals } from '../../model/signals.ts';
import { ApiError } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { CreateResult } from '../../platform/table/writes.ts';
import type { Context } from '../accounts/context.ts';
import type { Person } from '../profiles/records/resolve.ts';
import type { Source } from '../receipts/source.ts';
import { assignToExistingOwner } from './assign-owner.ts';
import type { PreparedEvent } from './prepare.ts';
import { ensureMetrics, type MetricName, metricLimitMessage } from './records/ensure-metrics.ts';
import type { Event } from './records/event.ts';
import { contentText, eventIdOf } from './records/event-id.ts';
import { EVENTS, events, timelinePk } from './records/store.ts';
import { reserveUniqueIds } from './unique-ids.ts';

export type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId' | 'settings'>;

export interface NewEvent {
  readonly profileId: string;
  /** The profiles that were merged into that one. */
  readonly sources?: readonly string[];
  readonly metric: MetricName;
  readonly time: Date;
  /** The time depends on that of the arrival, since the sender named none or has another clock: a retry gets another one. */
  readonly isTimeAssumed?: boolean;
  readonly properties: Properties;
  readonly value?: number;
  readonly valueCurrency?: string;
  readonly uniqueId?: string;
  /** Sent by a caller without a key. An event by a key replaces it if both have one `unique_id`. */
  readonly isPublic?: boolean;
  /** What delivers it, such as `import:<job>#<row>`: a second delivery recognizes its own event. */
  readonly origin?: string;
  readonly backfill?: boolean;
  /** Absent where `origin` says it. */
  readonly source?: Source;
  readonly signals?: Signals;
}

export interface RecordedEvent {
  readonly id: string;
  /** `conflict`: there is another event with this `unique_id`, and its content differs. The first one is kept. */
  readonly outcome: 'stored' | 'duplicate' | 'conflict';
}

const PARALLEL = 32;

/** `recordEvents` for one event. */
export const recordEvent = async (event: NewEvent, context: Deps): Promise<RecordedEvent> => {
  const [recorded] = await recordEvents([event], context);
  if (!recorded) throw new Error('Every event has an outcome.');
  return recorded;
};

/**
 * Creates the metrics of events, and stores the events. The caller has checked their times by `timeProblem`.
 *
 * @throws ApiError `invalid` where the account has too many metrics: then no event is stored.
 */
export const recordEvents = async (newEvents: readonly NewEvent[], context: Deps): Promise<RecordedEvent[]> => {
  const overLimit = await ensureMetrics(
    newEvents.map(({ metric }) => metric),
    context,
  );
  if (overLimit.length > 0)
    throw new ApiError(
      'invalid',
      overLimit.map((metric) => ({ detail: metricLimitMessage(metric) })),
    );
  return storeEvents(newEvents, context);
};

/**
 * Stores each event once, however often it is sent, and wherever an earlier run was killed. The guard of a `unique_id` is
 * written first and fixes the event's time. Without a `unique_id` the event's key follows from its content. Of several
 * events with one `unique_id` the first is stored, and the others are duplicates or conflicts. The caller has checked
 * times and metrics.
 */
export const storeEvents = async (newEvents: readonly NewEvent[], context: Deps): Promise<RecordedEvent[]> => {
  const now = context.now();
  const reserved = await reserveUniqueIds(await assignToExistingOwner(newEvents, now, context), now, context);
  const unstored = reserved.filter(({ isStored }) => !isStored);
  const created = await context.table.createMany(
    events,
    unstored.map(({ event }) => event),
  );
  const results = new Map(unstored.map((one, i) => [one, created[i]]));
  return reserved.map((one) => ({
    id: eventIdOf(one.event),
    outcome: one.isStored ? 'stored' : outcomeOf(one, results.get(one)),
  }));
};

const outcomeOf = (
  { newEvent, event }: PreparedEvent,
  result: CreateResult<Event> | undefined,
): RecordedEvent['outcome'] => {
  if (!result) throw new Error('Every event has a result.');
  if (result.done) return 'stored';
  const { existing } = result;
  // Deleted a moment ago: the deletion was of this event.
  if (!existing) return 'duplicate';
  // Its own: the response to the first attempt was lost.
  const isOwn = event.origin === undefined ? existing.nonce === event.nonce : existing.origin === event.origin;
  if (isOwn) return 'stored';
  const isSameTime = newEvent.isTimeAssumed || existing.time === newEvent.time.toISOString();
  return isSameTime && contentText(newEvent) === contentText(existing) ? 'duplicate' : 'conflict';
};

/** The time of the last event of each profile that has one. It is read: no event writes it. */
export const lastEventTimes = (persons: readonly Person[], context: Pick<Context, 'account' | 'table'>) =>
  timelineEnds(persons, { isLast: true }, context);

export const firstEventTimes = (persons: readonly Person[], context: Pick<Context, 'account' | 'table'>) =>
  timelineEnds(persons, { isLast: false }, context);

interface End {
  readonly isLast: boolean;
}

const timelineEnds = async (
  persons: readonly Person[],
  end: End,
  context: Pick<Context, 'account' | 'table'>,
): Promise<ReadonlyMap<string, string>> => {
  const timelines = persons.flatMap(({ id, sources }) => [id, ...sources].map((profileId) => ({ id, profileId })));
  const times = await inParallel(timelines, PARALLEL, ({ profileId }) => timelineEnd(profileId, end, context));
  const ends = new Map<string, string>();
  for (const [i, { id }] of timelines.entries()) {
    const [time, known] = [times[i], ends.get(id)];
    if (time !== undefined && (known === undefined || time < known !== end.isLast)) ends.set(id, time);
  }
  return ends;
};

const timelineEnd = async (
  profileId: string,
  { isLast }: End,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<string | undefined> => {
  const [event] = await table.queryOf(events, {
    pk: timelinePk(account, profileId),
    prefix: EVENTS,
    descending: isLast,
    limit: 1,
  });
  return event?.time;
};
