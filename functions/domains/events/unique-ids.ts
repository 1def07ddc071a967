import { expiry } from '../../model/time.ts';
import { inParallel } from '../../platform/parallel.ts';
import { put, remove } from '../../platform/table/write.ts';
import type { Deps } from './actions.ts';
import type { Draft } from './prepare.ts';
import type { Event } from './records/event.ts';
import { events, type Guard, guards } from './records/store.ts';

export interface Reserved extends Draft {
  /** It is stored already, in the place of one that a public caller sent. */
  readonly isStored?: boolean;
}

const PARALLEL = 32;

/** Each event at the place that it has for good: one with a `unique_id` at the time of the first that came with it. */
export const reserveUniqueIds = async (
  drafts: readonly Draft[],
  now: Date,
  context: Deps,
): Promise<readonly Reserved[]> => {
  const guarded = drafts.filter(({ said }) => said.uniqueId !== undefined);
  if (guarded.length === 0) return drafts;
  const made = guarded.map(({ said, event: { account, profileId, hash, time, expiresAt } }) => {
    const guard: Guard = { account, profileId, hash, time };
    if (expiresAt !== undefined) guard.expiresAt = expiresAt;
    if (said.isPublic) guard.isPublic = true;
    return guard;
  });
  const answers = await context.table.createMany(guards, made);
  const replaced = new Set<Draft>();
  const times = await inParallel(made, PARALLEL, async (guard, i) => {
    const [answer, draft] = [answers[i], guarded[i]];
    if (answer?.done) return guard.time;
    if (!answer?.existing || isOver(answer.existing, now)) return takeOver(guard, now, context);
    const { isPublic, time } = answer.existing;
    if (!isPublic || guard.isPublic || !draft) return time;
    const isReplaced = await replacePublic({ guard, time, event: draft.event }, context);
    if (isReplaced) replaced.add(draft);
    return isReplaced ? guard.time : ((await context.table.get(guards, guard))?.time ?? guard.time);
  });
  const settled = new Map(guarded.map((draft, i) => [draft, times[i]]));
  return drafts.map((draft) => {
    const time = settled.get(draft) ?? draft.event.time;
    if (replaced.has(draft)) return { ...draft, isStored: true };
    if (time === draft.event.time) return draft;
    const expiresAt = expiry(new Date(time), context.settings.eventRetentionDays);
    return { ...draft, event: { ...draft.event, time, ...(expiresAt !== undefined && { expiresAt }) } };
  });
};

/**
 * Anybody can use an id before the shop's server does: the server's event takes the place of theirs, at its own time.
 * False where another writer was quicker.
 */
const replacePublic = async (
  { guard, time, event }: { readonly guard: Guard; readonly time: string; readonly event: Event },
  { table }: Deps,
): Promise<boolean> => {
  const isTheirs = { attribute: 'isPublic', is: '=', value: true } as const;
  const theirs = { ...event, time };
  const { done } = await table.transact([
    put(guards, guard, isTheirs),
    put(events, event),
    ...(time === event.time ? [] : [remove(events, theirs)]),
  ]);
  return done;
};

const isOver = ({ expiresAt }: Guard, now: Date): boolean => expiresAt !== undefined && expiresAt <= seconds(now);
const seconds = (time: Date): number => Math.floor(time.getTime() / 1_000);

/** DynamoDB may be days late in deleting what has expired: an expired guard no longer counts. */
const takeOver = async (guard: Guard, now: Date, { table }: Deps): Promise<string> => {
  const written = await table.write(
    put(guards, guard, { any: ['absent', { attribute: 'expiresAt', is: '<=', value: seconds(now) }] }),
  );
  if (written.done) return guard.time;
  const existing = written.existing ? guards.fromItem(written.existing) : await table.get(guards, guard);
  return existing?.time ?? guard.time;
};
