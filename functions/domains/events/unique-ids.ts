import { expirySeconds } from '../../model/time.ts';
import { inParallel } from '../../platform/parallel.ts';
import { put, remove } from '../../platform/table/write.ts';
import type { Deps } from './actions.ts';
import type { PreparedEvent } from './prepare.ts';
import type { Event } from './records/event.ts';
import { events, type Guard, guards } from './records/store.ts';

export interface ReservedEvent extends PreparedEvent {
  /** It is stored already, and has replaced the event of a public caller. */
  readonly isStored?: boolean;
}

const PARALLEL = 32;

/** Reserves the `unique_id` of each event. An event whose id is reserved gets the time of the first one that had the id. */
export const reserveUniqueIds = async (
  prepared: readonly PreparedEvent[],
  now: Date,
  context: Deps,
): Promise<readonly ReservedEvent[]> => {
  const withId = prepared.filter(({ newEvent }) => newEvent.uniqueId !== undefined);
  if (withId.length === 0) return prepared;
  const newGuards = withId.map(guardOf);
  const results = await context.table.createMany(guards, newGuards);
  const replacing = new Set<PreparedEvent>();
  const times = await inParallel(newGuards, PARALLEL, async (guard, i) => {
    const [result, one] = [results[i], withId[i]];
    if (result?.done) return guard.time;
    if (!result?.existing || hasExpired(result.existing, now)) return replaceExpired(guard, now, context);
    const { isPublic, time } = result.existing;
    if (!isPublic || guard.isPublic || !one) return time;
    const isReplaced = await replacePublic({ guard, time, event: one.event }, context);
    if (isReplaced) replacing.add(one);
    return isReplaced ? guard.time : ((await context.table.get(guards, guard))?.time ?? guard.time);
  });
  const reservedTimes = new Map(withId.map((one, i) => [one, times[i]]));
  return prepared.map((one) => {
    if (replacing.has(one)) return { ...one, isStored: true };
    const time = reservedTimes.get(one) ?? one.event.time;
    if (time === one.event.time) return one;
    const expiresAt = expirySeconds(new Date(time), context.settings.eventRetentionDays);
    return { ...one, event: { ...one.event, time, ...(expiresAt !== undefined && { expiresAt }) } };
  });
};

const guardOf = ({ newEvent, event }: PreparedEvent): Guard => {
  const { account, profileId, hash, time, expiresAt } = event;
  const guard: Guard = { account, profileId, hash, time };
  if (expiresAt !== undefined) guard.expiresAt = expiresAt;
  if (newEvent.isPublic) guard.isPublic = true;
  return guard;
};

/**
 * Anybody can use an id before the shop's server does. The server's event replaces the public one, at its own time.
 * Returns false where another writer was faster.
 */
const replacePublic = async (
  { guard, time, event }: { readonly guard: Guard; readonly time: string; readonly event: Event },
  { table }: Deps,
): Promise<boolean> => {
  const isStillPublic = { attribute: 'isPublic', is: '=', value: true } as const;
  const publicEvent = { ...event, time };
  const isSamePlace = time === event.time;
  const replacement = { ...event, replaces: true };
  const replaced = await table.transact([
    put(guards, guard, isStillPublic),
    put(events, replacement, isSamePlace ? 'present' : undefined),
    ...(isSamePlace ? [] : [remove(events, publicEvent, 'present')]),
  ]);
  if (replaced.done || replaced.failures[0]) return replaced.done;
  // The public caller was killed between the guard and the event: there is none to replace.
  const { done } = await table.transact([
    put(guards, guard, isStillPublic),
    put(events, event),
    ...(isSamePlace ? [] : [remove(events, publicEvent)]),
  ]);
  return done;
};

const hasExpired = ({ expiresAt }: Guard, now: Date): boolean => expiresAt !== undefined && expiresAt <= seconds(now);
const seconds = (time: Date): number => Math.floor(time.getTime() / 1_000);

/** Replaces a guard that has expired: DynamoDB may delete it days later. */
const replaceExpired = async (guard: Guard, now: Date, { table }: Deps): Promise<string> => {
  const written = await table.write(
    put(guards, guard, { any: ['absent', { attribute: 'expiresAt', is: '<=', value: seconds(now) }] }),
  );
  if (written.done) return guard.time;
  const existing = written.existing ? guards.fromItem(written.existing) : await table.get(guards, guard);
  return existing?.time ?? guard.time;
};
