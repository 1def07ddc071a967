import { ApiError } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import { keyString } from '../../platform/table/definition.ts';
import type { Write } from '../../platform/table/write.ts';
import { changeConsents, type Deps } from './actions.ts';
import { appendToChain, readHeads } from './ledger/append.ts';
import { planWrites, withAddresses } from './plan-changes.ts';
import { batchesOf, type PreparedChanges, type ProfileChanges, readStates } from './read-states.ts';
import type { ConsentChange, Outcome } from './records/consent.ts';
import { addLinkedChanges } from './records/decide.ts';
import { isLedger, ledgerPk } from './records/store.ts';

/** The outcome of each change of a profile, or why none was recorded. */
export type ProfileOutcomes = { readonly outcomes: readonly Outcome[] } | { readonly error: ApiError };

/** Requests that are under way at once. */
const PARALLEL = 8;
/** DynamoDB's limit of writes in a transaction, and less than its limit of 4 MB. */
const PACK = { writes: 100, bytes: 2_000_000 } as const;

/**
 * Records the changes of many profiles. Works like `changeConsents` for each, with fewer requests: one reads the states
 * of many profiles, and one transaction writes them. If it is cancelled, the profiles at fault are changed one by one,
 * and the others again without them.
 */
export const changeConsentsOfMany = async (
  profiles: readonly ProfileChanges[],
  context: Deps,
): Promise<ProfileOutcomes[]> => {
  const answers = new Map<ProfileChanges, ProfileOutcomes>();
  const batches = batchesOf(preparedOnce(profiles), context);
  await inParallel(batches, PARALLEL, async (batch) => {
    const plans = await planBatch(batch, context);
    const written = await inParallel(packsOf(plans), PARALLEL, (pack) => writePack(pack, context));
    for (const { requested, outcomes } of written.flat()) answers.set(requested, { outcomes });
  });
  return inParallel(profiles, PARALLEL, (one) => answers.get(one) ?? changeAlone(one, context));
};

/** The changes that can share a transaction with those of others: each profile once. */
const preparedOnce = (all: readonly ProfileChanges[]): PreparedChanges[] => {
  const profileIds = new Set<string>();
  return all.flatMap((requested) => {
    const { profile, changes } = requested;
    const { id, mergedInto, sources = [] } = profile;
    const isOwn = changes.every(({ profileId, listId }) => profileId === id && listId === undefined);
    // The consent of a merged profile is in several places.
    if (!isOwn || mergedInto !== undefined || sources.length > 0 || profileIds.has(id)) return [];
    const prepared = changesOrNone(requested);
    if (!prepared) return [];
    profileIds.add(id);
    return [{ requested, changes: prepared }];
  });
};

/** Undefined if the profile lacks an address. It may have one by now: the changes are tried alone. */
const changesOrNone = ({ profile, changes }: ProfileChanges): readonly ConsentChange[] | undefined => {
  try {
    return addLinkedChanges(withAddresses(changes, profile));
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
};

interface PlannedChanges {
  readonly requested: ProfileChanges;
  readonly outcomes: readonly Outcome[];
  readonly writes: readonly Write[];
  /** Keys that another profile of the transaction may use too. */
  readonly sharedKeys: readonly string[];
  /** The approximate size of the writes. */
  readonly bytes: number;
}

/** Plans what one request reads; another one reads the ends of those chains that grow. */
const planBatch = async (batch: readonly PreparedChanges[], context: Deps): Promise<PlannedChanges[]> => {
  const { account } = context;
  const states = await readStates(batch, context);
  const plans = await Promise.all(
    batch.map(async ({ requested, changes }, i) => {
      const plan = await planWrites(changes, states[i] ?? unknownState, context);
      const ledgers = [...new Set(plan.writes.map(({ key }) => key.pk))].filter(isLedger);
      return { requested, changes, plan, ledgers };
    }),
  );
  const isFirst = (ledger: string, { profile, isNew }: ProfileChanges) =>
    isNew === true && ledger === ledgerPk(account, profile.id);
  const heads = await readHeads(
    plans.flatMap(({ requested, ledgers }) => ledgers.filter((ledger) => !isFirst(ledger, requested))),
    context,
  );
  return plans.map(({ requested, changes, plan, ledgers }) => {
    const own = new Map(ledgers.map((ledger) => [ledger, heads.get(ledger)]));
    const writes = appendToChain(plan.writes, own, account);
    return {
      requested,
      outcomes: changes.slice(0, requested.changes.length).map((change) => plan.outcomes.get(change) ?? 'already'),
      writes,
      sharedKeys: writes.flatMap(({ key }) => (key.pk.endsWith(requested.profile.id) ? [] : [keyString(key)])),
      bytes: writes.length * BYTES_PER_WRITE + 2 * evidenceBytes(changes),
    };
  });
};

const unknownState = { consents: [], effective: [], suppressions: [], optOuts: [], profile: undefined };

/** Without evidence, an item of a consent has less. */
const BYTES_PER_WRITE = 1_000;
const BYTES_PER_CHARACTER = 3;

/** A file may have any text as evidence. */
const evidenceBytes = (changes: readonly ConsentChange[]): number =>
  changes.reduce((sum, { evidence }) => sum + JSON.stringify(evidence).length * BYTES_PER_CHARACTER, 0);

/** Splits plans into transactions, none of which has an item twice. */
const packsOf = (plans: readonly PlannedChanges[]): PlannedChanges[][] => {
  const packs: PlannedChanges[][] = [];
  let [writes, bytes] = [Number.POSITIVE_INFINITY, 0];
  let usedKeys = new Set<string>();
  for (const one of plans) {
    const fits =
      writes + one.writes.length <= PACK.writes &&
      bytes + one.bytes <= PACK.bytes &&
      one.sharedKeys.every((key) => !usedKeys.has(key));
    if (!fits) {
      packs.push([]);
      [writes, bytes] = [0, 0];
      usedKeys = new Set();
    }
    packs.at(-1)?.push(one);
    writes += one.writes.length;
    bytes += one.bytes;
    for (const key of one.sharedKeys) usedKeys.add(key);
  }
  return packs;
};

/** Writes a pack, and returns what was written. The others met a concurrent writer, or were recorded before. */
const writePack = async (
  pack: readonly PlannedChanges[],
  { table }: Pick<Deps, 'table'>,
): Promise<readonly PlannedChanges[]> => {
  const writes = pack.flatMap((one) => one.writes);
  if (writes.length === 0) return pack;
  const result = await table.transact(writes, { returnExisting: false });
  if (result.done) return pack;
  let at = 0;
  const uncontended = pack.filter((one) => {
    const failures = result.failures.slice(at, at + one.writes.length);
    at += one.writes.length;
    return failures.every((failure) => failure === undefined);
  });
  return writePack(uncontended, { table });
};

const changeAlone = async ({ changes }: ProfileChanges, context: Deps): Promise<ProfileOutcomes> => {
  try {
    return { outcomes: await changeConsents(changes, context) };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
};
