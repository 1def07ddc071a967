import { inParallel } from '../../parallel.ts';
import { definition, type Key, keyString } from '../definition.ts';
import type { Entity, Item } from '../entity.ts';
import type { Range } from '../query.ts';
import type { Table } from '../table.ts';
import type { TransactionResult } from '../transaction.ts';
import { create, type Write } from '../write.ts';
import type { CreateResult, WriteResult } from '../writes.ts';
import { applyChanges, compareBytes, isConditionMet } from './evaluate.ts';

/** The written items, as far as they can still be read. `null` stands for a removed item. */
export interface Layer {
  /** The latest item of each key. Undefined if nothing was written under it. */
  find(keys: readonly Key[]): Promise<(Item | null | undefined)[]>;
  /** All items of one partition. */
  list(pk: string): Promise<ReadonlyMap<string, Item | null>>;
  /** Synchronous, so that no other write can come between the check of a condition and this write. */
  put(key: Key, item: Item | null, before: Item | undefined): void;
  /** The latest item of a key that `find` has loaded, for concurrent writers. */
  latest(key: Key): Item | null | undefined;
}

/**
 * Behaves like the table below it, with the same conditions, but keeps all writes in the layer. Queries of indexes see
 * the table below only.
 */
export const openOverlay = (base: Table, layer: Layer): Table => {
  const state = openState(base, layer);
  return { ...openReads(state), ...openWrites(state), ...openQueries(base, layer) };
};

type State = ReturnType<typeof openState>;
/** Items of the table below, by key string. */
type BaseItems = ReadonlyMap<string, Item>;

const openState = (base: Table, layer: Layer) => ({
  /** Loads the keys into the layer. Returns the items of the table below that the layer does not hide. */
  async load(keys: readonly Key[]): Promise<BaseItems> {
    const layerItems = await layer.find(keys);
    const remainingKeys = keys.filter((_, i) => layerItems[i] === undefined);
    const items = remainingKeys.length === 0 ? [] : await base.getItems(remainingKeys);
    return new Map(
      items.flatMap((item, i) => (item && remainingKeys[i] ? [[keyString(remainingKeys[i]), item] as const] : [])),
    );
  },

  current(key: Key, baseItems: BaseItems): Item | undefined {
    const latest = layer.latest(key);
    return latest === undefined ? baseItems.get(keyString(key)) : (latest ?? undefined);
  },

  apply({ kind, key, parameters, changes }: Write, before: Item | undefined): void {
    switch (kind) {
      case 'put':
        layer.put(key, toStoredItem(parameters.Item ?? {}), before);
        break;
      case 'update':
        layer.put(key, toStoredItem(applyChanges(before, key, changes ?? {})), before);
        break;
      case 'remove':
        if (before) layer.put(key, null, before);
        break;
      case 'check':
    }
  },
});

const openReads = ({ load, current }: State) => {
  const getItems = async (keys: readonly Key[]): Promise<(Item | undefined)[]> => {
    const baseItems = await load(keys);
    return keys.map((key) => current(key, baseItems));
  };
  return {
    getItems,

    async get<Value extends Id, Id>(of: Entity<Value, Id>, id: Id): Promise<Value | undefined> {
      const [item] = await getItems([of.key(id)]);
      return item && of.fromItem(item);
    },

    async getMany<Value extends Id, Id>(of: Entity<Value, Id>, ids: readonly Id[]): Promise<(Value | undefined)[]> {
      const items = await getItems(ids.map(of.key));
      return items.map((item) => item && of.fromItem(item));
    },
  };
};

const openWrites = ({ load, current, apply }: State) => {
  const transact: Table['transact'] = async (input): Promise<TransactionResult> => {
    const writes = typeof input === 'function' ? input() : input;
    const baseItems = await load(writes.map(({ key }) => key));
    const before = writes.map(({ key }) => current(key, baseItems));
    const failures = writes.map(({ condition }, i) => {
      const existing = before[i];
      return isConditionMet(condition, existing) ? undefined : { ...(existing && { existing }) };
    });
    if (failures.some((failure) => failure !== undefined)) return { done: false, failures };
    for (const [i, write] of writes.entries()) apply(write, before[i]);
    return { done: true };
  };

  const writeOne = async (write: Write): Promise<WriteResult> => {
    if (write.kind === 'check') throw new Error('A check alone writes nothing: use it in a transaction.');
    const result = await transact([write]);
    if (result.done) return result;
    const existing = result.failures[0]?.existing;
    return { done: false, ...(existing && { existing }) };
  };

  return {
    transact,
    write: writeOne,

    async createMany<Value extends Id, Id>(
      of: Entity<Value, Id>,
      values: readonly Value[],
    ): Promise<CreateResult<Value>[]> {
      const writes = values.map((value) => create(of, value));
      const baseItems = await load(writes.map(({ key }) => key));
      return writes.map((write) => {
        const existing = current(write.key, baseItems);
        if (existing) return { done: false, existing: of.fromItem(existing) };
        apply(write, undefined);
        return { done: true };
      });
    },

    async updateMany(writes: readonly Write[]): Promise<boolean[]> {
      return inParallel(writes, CONCURRENCY, async (write) => (await writeOne(write)).done);
    },

    async increment(write: Write, attribute: string): Promise<number> {
      const baseItems = await load([write.key]);
      apply(write, current(write.key, baseItems));
      return Number(current(write.key, baseItems)?.[attribute]);
    },
  };
};

const openQueries = (base: Table, layer: Layer) => {
  const query = async (range: Range): Promise<Item[]> => {
    if (range.index) return base.query(range);
    const { pk, prefix = '', after, before, descending = false, limit } = range;
    const layerItems = await layer.list(pk);
    const baseItems = await base.query({ ...range, limit: limit + layerItems.size });
    const mergedItems = new Map<string, Item | null>([
      ...baseItems.map((item) => [skOf(item), item] as const),
      ...layerItems,
    ]);
    const isInRange = (sk: string): boolean =>
      sk.startsWith(prefix) &&
      (after === undefined || compareBytes(sk, after) > 0) &&
      (before === undefined || compareBytes(sk, before) < 0);
    const items = [...mergedItems.values()].filter((item) => item !== null);
    const sorted = items.filter((item) => isInRange(skOf(item))).sort((a, b) => compareBytes(skOf(a), skOf(b)));
    return (descending ? sorted.reverse() : sorted).slice(0, limit);
  };
  return {
    query,

    async queryOf<Value extends Id, Id>(of: Entity<Value, Id>, range: Omit<Range, 'index'>): Promise<Value[]> {
      return (await query(range)).map(of.fromItem);
    },
  };
};

const CONCURRENCY = 24;

const skOf = (item: Item): string => String(item[definition.sk]);

/**
 * Copies an item as a table would return it: without undefined attributes, and without references to the writer's
 * objects.
 */
const toStoredItem = (item: Item): Item => JSON.parse(JSON.stringify(item));
