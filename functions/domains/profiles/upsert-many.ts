import { ApiError } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import { keyString } from '../../platform/table/definition.ts';
import type { Context } from '../accounts/context.ts';
import { erasedAmong, wasErased } from '../erased/actions.ts';
import { upsertProfile } from './actions.ts';
import { mergesOthers } from './merge-on-upsert.ts';
import { type Known, type PlannedUpsert, planUpsert, type Upserted, type UpsertRules } from './plan.ts';
import { howOf, recognize } from './recognize.ts';
import type { ProfileInput } from './records/profile.ts';
import { type IdentifierOwner, identifierOwnersOfAll, profilesById } from './records/resolve.ts';
import { sizeOf } from './records/size.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings'>>;

export interface UpsertCall {
  readonly input: ProfileInput;
  readonly rules: UpsertRules;
  /** Where it has just been read. */
  readonly named?: readonly IdentifierOwner[] | undefined;
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
export const upsertMany = async (calls: readonly UpsertCall[], context: Deps): Promise<UpsertAnswer[]> => {
  const known = await knownOf(calls, context);
  const answers: (UpsertAnswer | undefined)[] = [];
  const open: Open[] = [];
  const singles: Planned[] = [];
  for (const [call, { input, rules }] of calls.entries()) {
    const of = known[call];
    if (!of) continue;
    if ('error' in of) {
      answers[call] = of;
      continue;
    }
    // A new one is planned when it is written: windows of rows that wait with all that they write are copied by every
    // collection of garbage.
    if (!of.match && input.id === undefined) {
      const bytes = sizeOf(input);
      const plan = () => planOf(input, rules, { ...of, bytes }, context);
      const free = of.named.filter(({ owner }) => owner === undefined);
      const names = free.map(({ kind, value }) => `${kind} ${value}`);
      open.push({ call, plan, names, writes: 1 + names.length, bytes });
      continue;
    }
    const planned = planOf(input, rules, of, context);
    // A refusal may come of reads of different moments: those refused are tried again one by one.
    if (!planned || 'error' in planned) continue;
    if (planned.writes.length === 0) answers[call] = upserted(planned);
    else if (planned.writes.length === 1) singles.push({ call, plan: planned });
    else {
      const { writes, bytes } = planned;
      open.push({
        call,
        plan: () => planned,
        names: writes.map(({ key }) => keyString(key)),
        writes: writes.length,
        bytes,
      });
    }
  }
  const settle = (done: readonly Done[]): void => {
    for (const { call, answer } of done) answers[call] = answer;
  };
  await inParallel(packed(open), PARALLEL, async (pack) => settle(await written(pack, context.table)));
  // A transaction costs twice the units: what is one write goes by batches.
  const isWritten = await context.table.updateMany(singles.flatMap(({ plan }) => plan.writes));
  settle(singles.flatMap(({ call, plan }, i) => (isWritten[i] ? [{ call, answer: upserted(plan) }] : [])));
  return inParallel(calls, PARALLEL, (call, i) => answers[i] ?? alone(call, context));
};

/** What is known for each call; undefined for one that has to be done alone. */
const knownOf = async (
  calls: readonly UpsertCall[],
  context: Deps,
): Promise<(Known | { readonly error: ApiError } | undefined)[]> => {
  const read = await identifierOwnersOfAll(
    calls.map((call) => (call.named ? {} : call.input.identifiers)),
    context,
  );
  const named = calls.map((call, i) => call.named ?? read[i] ?? []);
  const erased = new Set(
    await erasedAmong(
      named.flatMap((some) => some.filter(({ owner }) => owner === undefined)),
      context,
    ),
  );
  const ids = calls.flatMap(({ input }, i) => [input.id, ...(named[i] ?? []).map(({ owner }) => owner)]);
  const owners = await profilesById(
    ids.flatMap((id) => id ?? []),
    context,
  );
  return calls.map(({ input, rules }, i) => {
    const own = named[i] ?? [];
    const gone = erased.size > 0 ? own.filter((one) => erased.has(one)) : [];
    if (gone.length > 0) return { error: wasErased(gone) };
    // A token is read by itself, as are the owners of further addresses, and profiles may have to be merged for a call first.
    if ((input.kx && !input.id) || input.emails) return undefined;
    const byId = owners.get(input.id ?? '');
    const recognized = recognize(input, { named: own, owners, byId }, howOf(rules, context));
    if (!recognized || (mergesOthers(context) && recognized.others.length > 0)) return undefined;
    return { ...recognized, named: own };
  });
};

const planOf = (input: ProfileInput, rules: UpsertRules, known: Known, context: Deps) => {
  try {
    return planUpsert(input, rules, known, context);
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
};

interface Planned {
  readonly call: number;
  readonly plan: PlannedUpsert;
}

/** What several writes are needed for. */
interface Open {
  readonly call: number;
  readonly plan: () => ReturnType<typeof planOf>;
  /** What no other of its transaction may name. */
  readonly names: readonly string[];
  readonly writes: number;
  readonly bytes: number;
}

interface Done {
  readonly call: number;
  readonly answer: UpsertAnswer;
}

/** Without its writes, which nobody needs any more. */
const upserted = ({ writes: _, bytes: __, ...done }: PlannedUpsert): Upserted => done;

/** A transaction names no item twice. */
const packed = (open: readonly Open[]): Open[][] => {
  const packs: Open[][] = [];
  let room = { writes: 0, bytes: 0 };
  let taken = new Set<string>();
  for (const one of open) {
    const { writes, bytes, names } = one;
    const fits = room.writes >= writes && room.bytes >= bytes && names.every((name) => !taken.has(name));
    if (!fits) {
      packs.push([]);
      room = PACK;
      taken = new Set();
    }
    packs.at(-1)?.push(one);
    room = { writes: room.writes - writes, bytes: room.bytes - bytes };
    for (const name of names) taken.add(name);
  }
  return packs;
};

/** Those of a pack that are done; the others met another writer. */
const written = async (pack: readonly Open[], table: Deps['table']): Promise<readonly Done[]> => {
  if (pack.length === 0) return [];
  let tried: (Done & { readonly writes: number })[] = [];
  const make = () => {
    tried = [];
    return pack.flatMap(({ call, plan }) => {
      const planned = plan();
      if (!planned) return [];
      const isRefused = 'error' in planned;
      const writes = isRefused ? [] : planned.writes;
      tried.push({ call, answer: isRefused ? planned : upserted(planned), writes: writes.length });
      return writes;
    });
  };
  const count = pack.reduce((sum, { writes }) => sum + writes, 0);
  const result = await table.transact(make, { returnExisting: false, count });
  if (result.done) return tried;
  let at = 0;
  const free = new Set<number>();
  for (const { call, writes } of tried) {
    if (result.failures.slice(at, at + writes).every((failure) => failure === undefined)) free.add(call);
    at += writes;
  }
  return written(
    pack.filter(({ call }) => free.has(call)),
    table,
  );
};

const alone = async ({ input, rules }: UpsertCall, context: Deps): Promise<UpsertAnswer> => {
  try {
    return await upsertProfile(input, rules, context);
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
};
