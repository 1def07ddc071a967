import { inParallel } from '../parallel.ts';
import { definition, type Key, keyString } from './definition.ts';
import type { Entity, Item } from './entity.ts';
import { applyChanges, compareBytes, isConditionMet } from './evaluate.ts';
import type { Range } from './query.ts';
import type { Table } from './table.ts';
import type { TransactionResult } from './transaction.ts';
import { create, type Write } from './write.ts';
import type { CreateResult, WriteResult } from './writes.ts';

/** What was written, as far as anybody can still ask for it. `null` stands for an item that was removed. */
export interface Layer {
  /** The latest of each key; undefined where nothing was written. */
  find(keys: readonly Key[]): Promise<(Item | null | undefined)[]>;
  /** All of one partition. */
  list(pk: string): Promise<ReadonlyMap<string, Item | null>>;
  /** Synchronous: no other write comes between the check of a condition and this one. */
  put(key: Key, item: Item | null, before: Item | undefined): void;
  /** The latest of a key that has been found since the layer was last rested, for concurrent writers. */
  latest(key: Key): Item | null | undefined;
}

/**
 * Reads and writes like the table below it, but keeps all writes in the layer: code does to it what it would do to the
 * table, with the same conditions. Indexes are read as they are in the table below.
 */
export const openOverlay = (base: Table, layer: Layer): Table => {
  const state = openState(base, layer);
  return { ...openReads(state), ...openWrites(state), ...openQueries(base, layer) };
};

type State = ReturnType<typeof openState>;
/** Items of the table below, by the strings of their keys. */
type BaseItems = ReadonlyMap<string, Item>;

const openState = (base: Table, layer: Layer) => ({
  /** The items of the table below which the layer does not hide. Makes the layer find the keys first. */
  async load(keys: readonly Key[]): Promise<BaseItems> {
    const written = await layer.find(keys);
    const rest = keys.filter((_, i) => written[i] === undefined);
    const items = rest.length === 0 ? [] : await base.getItems(rest);
    return new Map(items.flatMap((item, i) => (item && rest[i] ? [[keyString(rest[i]), item] as const] : [])));
  },

  current(key: Key, baseItems: BaseItems): Item | undefined {
    const latest = layer.latest(key);
    return latest === undefined ? baseItems.get(keyString(key)) : (latest ?? undefined);
  },

  apply({ kind, key, parameters, changes }: Write, before: Item | undefined): void {
    switch (kind) {
      case 'put':
        layer.put(key, asStored(parameters.Item ?? {}), before);
        break;
      case 'update':
        layer.put(key, asStored(applyChanges(before, key, changes ?? {})), before);
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
  const transact: Table['transact'] = async (given): Promise<TransactionResult> => {
    const writes = typeof given === 'function' ? given() : given;
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
      return inParallel(writes, PARALLEL, async (write) => (await writeOne(write)).done);
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
    const written = await layer.list(pk);
    const baseItems = await base.query({ ...range, limit: limit + written.size });
    const all = new Map<string, Item | null>([...baseItems.map((item) => [skOf(item), item] as const), ...written]);
    const isInRange = (sk: string): boolean =>
      sk.startsWith(prefix) &&
      (after === undefined || compareBytes(sk, after) > 0) &&
      (before === undefined || compareBytes(sk, before) < 0);
    const items = [...all.values()].filter((item) => item !== null);
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

const PARALLEL = 24;

const skOf = (item: Item): string => String(item[definition.sk]);

/** What a table gives back of an item: nothing that is undefined, and nothing that its writer still holds. */
const asStored = (item: Item): Item => JSON.parse(JSON.stringify(item));
