import type { Context } from '../context.ts';
import { erasedAmong, wasErased } from '../erased/actions.ts';
import { ApiError } from '../errors.ts';
import { inParallel } from '../parallel.ts';
import type { Key } from '../table/definition.ts';
import { mergesOthers, upsertProfile } from './actions.ts';
import { type PlannedUpsert, planUpsert, type Upserted, type UpsertRules } from './plan.ts';
import type { ProfileInput } from './profile.ts';
import { meant, type Named, namedByAll, profilesById } from './resolve.ts';

type Reach = Pick<Context, 'account' | 'table' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings'>>;

export interface UpsertCall {
  readonly input: ProfileInput;
  readonly rules: UpsertRules;
  /** Where it has just been read. */
  readonly named?: readonly Named[] | undefined;
}

/** What became of a call; what is wrong with one is no other's fault. */
export type UpsertAnswer = Upserted | { readonly error: ApiError };

/** What DynamoDB takes in one transaction, and a quarter of the size. */
const PACK = { writes: 100, bytes: 1_000_000 } as const;
const PARALLEL = 24;

/**
 * Many calls, each about another person: as `upsertProfile` for each of them, in fewer requests. Profiles are made many
 * to a transaction; where it is cancelled, the ones to blame are done alone, and the others again without them.
 */
export const upsertMany = async (calls: readonly UpsertCall[], context: Reach): Promise<UpsertAnswer[]> => {
  const plans = await planAll(calls, context);
  const answers: (UpsertAnswer | undefined)[] = plans.map((plan) => {
    if (!plan || 'error' in plan) return plan;
    return plan.writes.length === 0 ? plan : undefined;
  });
  const open = plans.flatMap((plan, call) =>
    plan && 'writes' in plan && plan.writes.length > 0 ? [{ plan, call }] : [],
  );
  const packs = packed(open.filter(({ plan }) => plan.writes.length > 1));
  await inParallel(packs, PARALLEL, async (pack) => {
    for (const { plan, call } of await written(pack, context.table)) answers[call] = plan;
  });
  // A transaction costs twice the units: what is one write goes by batches.
  const singles = open.filter(({ plan }) => plan.writes.length === 1);
  const done = await context.table.updateMany(singles.flatMap(({ plan }) => plan.writes));
  for (const [i, { plan, call }] of singles.entries()) if (done[i]) answers[call] = plan;
  return inParallel(calls, PARALLEL, (call, i) => answers[i] ?? alone(call, context));
};

const planAll = async (calls: readonly UpsertCall[], context: Reach) => {
  const read = await namedByAll(
    calls.map((call) => (call.named ? {} : call.input.identifiers)),
    context,
  );
  const named = calls.map((call, i) => call.named ?? read[i]);
  const erased = new Set(
    await erasedAmong(
      named.flatMap((some = []) => some.filter(({ owner }) => owner === undefined)),
      context,
    ),
  );
  const ids = calls.map(({ input }, i) => meant(input.id, named[i] ?? []));
  const byId = await profilesById(
    ids.flatMap((id) => id ?? []),
    context,
  );
  return calls.map(({ input, rules }, i) => {
    const current = byId.get(ids[i] ?? '');
    const gone = (named[i] ?? []).filter((one) => erased.has(one));
    if (gone.length > 0) return { error: wasErased(gone) };
    // A token is read by itself, and profiles may have to be merged for a call first.
    if (input.kx && !input.id) return undefined;
    const owners = new Set((named[i] ?? []).flatMap(({ owner }) => owner ?? []));
    if (mergesOthers(context) && (owners.size > 1 || (current && owners.size === 1 && !owners.has(current.id))))
      return undefined;
    try {
      return planUpsert(input, rules, { named: named[i] ?? [], current }, context);
    } catch (error) {
      if (error instanceof ApiError) return { error };
      throw error;
    }
  });
};

interface Open {
  readonly plan: PlannedUpsert;
  readonly call: number;
}

/** A transaction names no item twice. */
const packed = (open: readonly Open[]): Open[][] => {
  const packs: Open[][] = [];
  let room = { writes: 0, bytes: 0 };
  let keys = new Set<string>();
  for (const one of open) {
    const { writes, bytes } = one.plan;
    const own = writes.map(({ key }) => label(key));
    const fits = room.writes >= writes.length && room.bytes >= bytes && own.every((key) => !keys.has(key));
    if (!fits) {
      packs.push([]);
      room = PACK;
      keys = new Set();
    }
    packs.at(-1)?.push(one);
    room = { writes: room.writes - writes.length, bytes: room.bytes - bytes };
    for (const key of own) keys.add(key);
  }
  return packs;
};

const label = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** Those of a pack that are done; the others met another writer. */
const written = async (pack: readonly Open[], table: Reach['table']): Promise<readonly Open[]> => {
  const writes = pack.flatMap(({ plan }) => plan.writes);
  if (writes.length === 0) return [];
  const done = await table.transact(writes);
  if (done.done) return pack;
  let at = 0;
  const others = pack.filter(({ plan }) => {
    const own = done.failures.slice(at, at + plan.writes.length);
    at += plan.writes.length;
    return own.every((failure) => failure === undefined);
  });
  return written(others, table);
};

const alone = async ({ input, rules }: UpsertCall, context: Reach): Promise<UpsertAnswer> => {
  try {
    return await upsertProfile(input, rules, context);
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
};
