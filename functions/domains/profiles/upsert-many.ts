import { ApiError } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import { keyString } from '../../platform/table/definition.ts';
import type { Context } from '../accounts/context.ts';
import { erasedError, filterErased } from '../erased/actions.ts';
import { upsertProfile } from './actions.ts';
import { matchOptions, matchProfile } from './match-profile.ts';
import { mergesSeveralProfiles } from './merge-on-upsert.ts';
import { type PlannedUpsert, planUpsert, type Upserted, type UpsertRules, type UpsertState } from './plan.ts';
import type { ProfileInput } from './records/profile.ts';
import { type IdentifierOwner, readIdentifierOwnersOfMany, readProfilesById } from './records/resolve.ts';
import { sizeOf } from './records/size.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> & Partial<Pick<Context, 'accountSettings'>>;

export interface UpsertCall {
  readonly input: ProfileInput;
  readonly rules: UpsertRules;
  /** If they have just been read. */
  readonly owners?: readonly IdentifierOwner[] | undefined;
}

/** The result of one call. A failed call does not affect the others. */
export type UpsertAnswer = Upserted | { readonly error: ApiError };

/** DynamoDB's limit of writes in a transaction, and a quarter of its limit of 4 MB. */
const PACK = { writes: 100, bytes: 1_000_000 } as const;
const PARALLEL = 24;

/**
 * Applies many calls, each about another person. Works like `upsertProfile` for each, with fewer requests: a
 * transaction creates many profiles. If it is cancelled, the calls at fault are applied one by one, and the others
 * again without them.
 */
export const upsertMany = async (calls: readonly UpsertCall[], context: Deps): Promise<UpsertAnswer[]> => {
  const states = await readStates(calls, context);
  const answers: (UpsertAnswer | undefined)[] = [];
  const pending: PendingCall[] = [];
  const singles: SingleWrite[] = [];
  for (const [call, { input, rules }] of calls.entries()) {
    const state = states[call];
    if (!state) continue;
    if ('error' in state) {
      answers[call] = state;
      continue;
    }
    // A new profile is planned only when it is written. The garbage collector would copy the writes of all waiting rows
    // over and over.
    if (!state.match && input.id === undefined) {
      const bytes = sizeOf(input);
      const plan = () => planOrError(input, rules, { ...state, bytes }, context);
      const free = state.owners.filter(({ owner }) => owner === undefined);
      const names = free.map(({ kind, value }) => `${kind} ${value}`);
      pending.push({ call, plan, names, writes: 1 + names.length, bytes });
      continue;
    }
    const planned = planOrError(input, rules, state, context);
    // An error may result from reads at different moments: these calls are tried again one by one.
    if (!planned || 'error' in planned) continue;
    if (planned.writes.length === 0) answers[call] = withoutWrites(planned);
    else if (planned.writes.length === 1) singles.push({ call, plan: planned });
    else {
      const { writes, bytes } = planned;
      pending.push({
        call,
        plan: () => planned,
        names: writes.map(({ key }) => keyString(key)),
        writes: writes.length,
        bytes,
      });
    }
  }
  const setAnswers = (answered: readonly AnsweredCall[]): void => {
    for (const { call, answer } of answered) answers[call] = answer;
  };
  await inParallel(packTransactions(pending), PARALLEL, async (pack) =>
    setAnswers(await writePack(pack, context.table)),
  );
  // A transaction costs twice the units, so single writes go in batches.
  const areWritten = await context.table.updateMany(singles.flatMap(({ plan }) => plan.writes));
  setAnswers(singles.flatMap(({ call, plan }, i) => (areWritten[i] ? [{ call, answer: withoutWrites(plan) }] : [])));
  return inParallel(calls, PARALLEL, (call, i) => answers[i] ?? upsertAlone(call, context));
};

/** The stored state for each call. Undefined for a call that must be applied alone. */
const readStates = async (
  calls: readonly UpsertCall[],
  context: Deps,
): Promise<(UpsertState | { readonly error: ApiError } | undefined)[]> => {
  const read = await readIdentifierOwnersOfMany(
    calls.map((call) => (call.owners ? {} : call.input.identifiers)),
    context,
  );
  const owners = calls.map((call, i) => call.owners ?? read[i] ?? []);
  const erased = new Set(
    await filterErased(
      owners.flatMap((some) => some.filter(({ owner }) => owner === undefined)),
      context,
    ),
  );
  const ids = calls.flatMap(({ input }, i) => [input.id, ...(owners[i] ?? []).map(({ owner }) => owner)]);
  const profileById = await readProfilesById(
    ids.flatMap((id) => id ?? []),
    context,
  );
  return calls.map(({ input, rules }, i) => {
    const ownOwners = owners[i] ?? [];
    const erasedOwn = erased.size > 0 ? ownOwners.filter((one) => erased.has(one)) : [];
    if (erasedOwn.length > 0) return { error: erasedError(erasedOwn) };
    // Tokens and the owners of appended addresses need reads of their own, and profiles may have to be merged first.
    if ((input.kx && !input.id) || input.emails) return undefined;
    const byId = profileById.get(input.id ?? '');
    const result = matchProfile(input, { owners: ownOwners, profileById, byId }, matchOptions(rules, context));
    if (!result || (mergesSeveralProfiles(context) && result.others.length > 0)) return undefined;
    return { ...result, owners: ownOwners };
  });
};

const planOrError = (input: ProfileInput, rules: UpsertRules, state: UpsertState, context: Deps) => {
  try {
    return planUpsert(input, rules, state, context);
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
};

interface SingleWrite {
  readonly call: number;
  readonly plan: PlannedUpsert;
}

/** A call that needs several writes. */
interface PendingCall {
  readonly call: number;
  readonly plan: () => ReturnType<typeof planOrError>;
  /** Keys that no other call in the transaction may use. */
  readonly names: readonly string[];
  readonly writes: number;
  readonly bytes: number;
}

interface AnsweredCall {
  readonly call: number;
  readonly answer: UpsertAnswer;
}

/** Drops the writes, to free their memory. */
const withoutWrites = ({ writes: _, bytes: __, ...upserted }: PlannedUpsert): Upserted => upserted;

/** A transaction may not contain an item twice. */
const packTransactions = (pending: readonly PendingCall[]): PendingCall[][] => {
  const packs: PendingCall[][] = [];
  let remaining = { writes: 0, bytes: 0 };
  let usedNames = new Set<string>();
  for (const one of pending) {
    const { writes, bytes, names } = one;
    const fits = remaining.writes >= writes && remaining.bytes >= bytes && names.every((name) => !usedNames.has(name));
    if (!fits) {
      packs.push([]);
      remaining = PACK;
      usedNames = new Set();
    }
    packs.at(-1)?.push(one);
    remaining = { writes: remaining.writes - writes, bytes: remaining.bytes - bytes };
    for (const name of names) usedNames.add(name);
  }
  return packs;
};

/** Writes a pack and returns the answers of the calls that succeeded. The others met a concurrent writer. */
const writePack = async (pack: readonly PendingCall[], table: Deps['table']): Promise<readonly AnsweredCall[]> => {
  if (pack.length === 0) return [];
  let attempted: (AnsweredCall & { readonly writes: number })[] = [];
  const makeWrites = () => {
    attempted = [];
    return pack.flatMap(({ call, plan }) => {
      const planned = plan();
      if (!planned) return [];
      const isRefused = 'error' in planned;
      const writes = isRefused ? [] : planned.writes;
      attempted.push({ call, answer: isRefused ? planned : withoutWrites(planned), writes: writes.length });
      return writes;
    });
  };
  const count = pack.reduce((sum, { writes }) => sum + writes, 0);
  const result = await table.transact(makeWrites, { returnExisting: false, count });
  if (result.done) return attempted;
  let at = 0;
  const uncontended = new Set<number>();
  for (const { call, writes } of attempted) {
    if (result.failures.slice(at, at + writes).every((failure) => failure === undefined)) uncontended.add(call);
    at += writes;
  }
  return writePack(
    pack.filter(({ call }) => uncontended.has(call)),
    table,
  );
};

const upsertAlone = async ({ input, rules }: UpsertCall, context: Deps): Promise<UpsertAnswer> => {
  try {
    return await upsertProfile(input, rules, context);
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
};
