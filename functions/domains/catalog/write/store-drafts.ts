import { isDeepStrictEqual } from 'node:util';
import { inParallel } from '../../../platform/parallel.ts';
import { contentionError, waitAfterContention } from '../../../platform/retry.ts';
import { keyString } from '../../../platform/table/definition.ts';
import { put, remove, update, type Write } from '../../../platform/table/write.ts';
import type { Base } from '../records/records.ts';
import type { Edge } from '../records/store.ts';
import type { StoreMode, StoreResult } from './draft.ts';
import type { Kind, StoreDeps } from './kind.ts';
import { type Plan, planDraft } from './plan.ts';

const MAX_TRIES = 10;
const PARALLEL = 16;

interface Entry<Value, Draft> {
  readonly draft: Draft;
  readonly index: number;
  /** How often another writer interfered. */
  tries: number;
  /** What an earlier write of this entry stored, or may have stored. */
  attempt?: Value;
}

type Settle<Value, Draft> = (entry: Entry<Value, Draft>, result: StoreResult<Value>) => void;

/**
 * Stores drafts, each independently, and returns a result for each, in order. What is stored already costs no write.
 * Several drafts of one id are applied one after another.
 *
 * @throws ApiError `unavailable` if other writers change an object all the time
 */
export const storeDrafts = async <Value extends Base, Draft extends { readonly id: string }>(
  kind: Kind<Value, Draft>,
  drafts: readonly Draft[],
  { mode }: { readonly mode: StoreMode },
  deps: StoreDeps,
): Promise<StoreResult<Value>[]> => {
  const results = new Map<number, StoreResult<Value>>();
  let pending: Entry<Value, Draft>[] = drafts.map((draft, index) => ({ draft, index, tries: 0 }));
  while (pending.length > 0) {
    const batch = firstOfEachId(pending);
    const settle: Settle<Value, Draft> = ({ index }, result) => results.set(index, result);
    await storeBatch(kind, batch, { mode, settle }, deps);
    const contended = batch.filter(({ index, tries }) => !results.has(index) && tries > 0);
    if (contended.some(({ tries }) => tries >= MAX_TRIES)) throw contentionError(`this ${kind.noun}`);
    if (contended.length > 0) await waitAfterContention(Math.max(...contended.map(({ tries }) => tries)));
    pending = pending.filter(({ index }) => !results.has(index));
  }
  return drafts.flatMap((_, index) => results.get(index) ?? []);
};

const firstOfEachId = <Of extends { readonly draft: { readonly id: string } }>(entries: readonly Of[]): Of[] => {
  const seen = new Set<string>();
  return entries.filter(({ draft: { id } }) => !seen.has(id) && seen.add(id));
};

interface Batch<Value, Draft> {
  readonly mode: StoreMode;
  readonly settle: Settle<Value, Draft>;
}

interface PlannedWrite<Value, Draft> {
  readonly entry: Entry<Value, Draft>;
  readonly value: Value;
}
type PlannedUpdate<Value, Draft> = PlannedWrite<Value, Draft> & { readonly before: Value };

/** Tries to store each entry once. Entries that are not settled have to be planned again. */
const storeBatch = async <Value extends Base, Draft extends { readonly id: string }>(
  kind: Kind<Value, Draft>,
  batch: readonly Entry<Value, Draft>[],
  { mode, settle }: Batch<Value, Draft>,
  deps: StoreDeps,
): Promise<void> => {
  const { account, table } = deps;
  const stored = await table.getMany(
    kind.entity,
    batch.map(({ draft: { id } }) => ({ account, id })),
  );
  const planned = batch.map((entry, i) => ({ entry, draft: entry.draft, before: stored[i] }));
  const missing = await kind.findMissing?.(planned, deps);
  const creates: PlannedWrite<Value, Draft>[] = [];
  const updates: PlannedUpdate<Value, Draft>[] = [];
  for (const { entry, draft, before } of planned) {
    const problems = missing?.get(draft) ?? [];
    const plan: Plan<Value> = planDraft(kind, { draft, before, mode, problems, attempt: entry.attempt }, deps);
    if (plan.kind === 'settled') settle(entry, plan.result);
    else if (before) updates.push({ entry, value: plan.value, before });
    else creates.push({ entry, value: plan.value });
  }
  await storeNew(kind, creates, settle, deps);
  await storeChanges(kind, updates, settle, deps);
};

/** Edges are written first: one without its object is left out when it is read, the reverse would hide the object. */
const storeNew = async <Value extends Base, Draft extends { readonly id: string }>(
  { entity, edges, checkCreated }: Kind<Value, Draft>,
  creates: readonly PlannedWrite<Value, Draft>[],
  settle: Settle<Value, Draft>,
  deps: StoreDeps,
): Promise<void> => {
  if (creates.length === 0) return;
  const { table } = deps;
  const values = creates.map(({ value }) => value);
  if (edges) await table.createMany(edges.entity, values.flatMap(edges.of));
  const written = await table.createMany(entity, values);
  const created = creates.filter(({ entry, value }, i) => {
    entry.attempt = value;
    if (!written[i]?.done) entry.tries++;
    return written[i]?.done;
  });
  const takenBack = await checkCreated?.(
    created.map(({ value }) => value),
    deps,
  );
  for (const { entry, value } of created) {
    const problems = takenBack?.get(value);
    settle(entry, problems ? { outcome: 'refused', problems } : { outcome: 'created', value });
  }
};

const storeChanges = async <Value extends Base, Draft extends { readonly id: string }>(
  kind: Kind<Value, Draft>,
  updates: readonly PlannedUpdate<Value, Draft>[],
  settle: Settle<Value, Draft>,
  deps: StoreDeps,
): Promise<void> => {
  if (updates.length === 0) return;
  const { table } = deps;
  // Before the change: a kill in between loses no version, and its repeat writes the same one.
  await kind.versions?.create(
    updates.map(({ before }) => before),
    deps,
  );
  const prepared = updates.map((one) => ({ ...one, write: updateOf(kind, one), edges: edgeWrites(kind, one) }));
  const alone = prepared.filter(({ edges }) => edges.length === 0);
  const updated = await table.updateMany(alone.map(({ write }) => write));
  const done = new Set<PlannedUpdate<Value, Draft>>(alone.filter((_, i) => updated[i]));
  await inParallel(
    prepared.filter(({ edges }) => edges.length > 0),
    PARALLEL,
    async (one) => {
      const result = await table.transact([one.write, ...one.edges], { returnExisting: false });
      if (result.done) done.add(one);
    },
  );
  for (const one of prepared) {
    const { entry, value } = one;
    entry.attempt = value;
    if (!done.has(one)) entry.tries++;
    // A change of many edges takes several writes.
    else if (isComplete(kind, value, entry.draft)) settle(entry, { outcome: 'updated', value });
  }
};

const isComplete = <Value extends Base, Draft extends { readonly id: string }>(
  { change, content, edges }: Kind<Value, Draft>,
  value: Value,
  draft: Draft,
): boolean => {
  if (!edges) return true;
  const next = change(value, draft);
  return content.every((name) => isDeepStrictEqual(next[name], value[name]));
};

const updateOf = <Value extends Base, Draft extends { readonly id: string }>(
  { entity, content }: Kind<Value, Draft>,
  { before, value }: { readonly before: Value; readonly value: Value },
): Write => {
  const changed = content.filter((name) => !isDeepStrictEqual(before[name], value[name]));
  const { rev, updated } = value;
  return update(entity, before, {
    set: { ...Object.fromEntries(changed.map((name) => [name, value[name]])), rev, updated },
    remove: changed.filter((name) => value[name] === undefined),
    value,
    condition: { attribute: 'rev', is: '=', value: before.rev },
  });
};

const edgeWrites = <Value extends Base, Draft extends { readonly id: string }>(
  { edges }: Kind<Value, Draft>,
  { before, value }: { readonly before: Value; readonly value: Value },
): Write[] => {
  if (!edges) return [];
  const { entity, of } = edges;
  const byKey = (one: Value) => new Map(of(one).map((edge): [string, Edge] => [keyString(entity.key(edge)), edge]));
  const [old, current] = [byKey(before), byKey(value)];
  return [
    ...[...current].flatMap(([key, edge]) => (old.has(key) ? [] : [put(entity, edge)])),
    ...[...old].flatMap(([key, edge]) => (current.has(key) ? [] : [remove(entity, edge)])),
  ];
};
