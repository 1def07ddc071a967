import { inParallel } from '../parallel.ts';
import { definition, type Key, labelOf } from './definition.ts';
import type { Entity, Item } from './entity.ts';
import { bytewise, holds, updated } from './evaluate.ts';
import type { Created, Range, Table, Written } from './table.ts';
import type { Transacted } from './transaction.ts';
import { create, type Write } from './write.ts';

/** What was written, as far as anybody can still ask for it. `null` stands for an item that was removed. */
export interface Layer {
  /** The latest of each key; undefined where nothing was written. */
  find(keys: readonly Key[]): Promise<(Item | null | undefined)[]>;
  /** All of one partition. */
  list(pk: string): Promise<ReadonlyMap<string, Item | null>>;
  /** Without waiting: between the check of a condition and the write nobody else comes. */
  put(key: Key, item: Item | null, before: Item | undefined): void;
  /** The latest of a key that has been found since the layer was last rested, for writers that meet. */
  latest(key: Key): Item | null | undefined;
}

/**
 * A table that is read like the one below it and written like it, though all that is written stays in the layer: what
 * code does with it is what it would do to the table, conditions and all. Indexes are read as they are below.
 */
export const openOverlay = (base: Table, layer: Layer): Table => {
  const below = async (keys: readonly Key[]): Promise<ReadonlyMap<string, Item>> => {
    const found = keys.length === 0 ? [] : await base.getItems(keys);
    return new Map(found.flatMap((item, i) => (item && keys[i] ? [[labelOf(keys[i]), item] as const] : [])));
  };
  /** What stands below the layer, of these keys. The layer has been asked for them. */
  const prepare = async (keys: readonly Key[]): Promise<ReadonlyMap<string, Item>> => {
    const found = await layer.find(keys);
    return below(keys.filter((_, i) => found[i] === undefined));
  };
  const current = (key: Key, under: ReadonlyMap<string, Item>): Item | undefined => {
    const latest = layer.latest(key);
    return latest === undefined ? under.get(labelOf(key)) : (latest ?? undefined);
  };
  const apply = ({ kind, key, parameters, changes }: Write, before: Item | undefined): void => {
    switch (kind) {
      case 'put':
        layer.put(key, stored(parameters.Item ?? {}), before);
        break;
      case 'update':
        layer.put(key, stored(updated(before, key, changes ?? {})), before);
        break;
      case 'remove':
        if (before) layer.put(key, null, before);
        break;
      case 'check':
    }
  };

  const table: Table = {
    async get<Value extends Id, Id>(of: Entity<Value, Id>, id: Id) {
      const [item] = await table.getItems([of.key(id)]);
      return item && of.fromItem(item);
    },

    async getMany<Value extends Id, Id>(of: Entity<Value, Id>, ids: readonly Id[]) {
      const items = await table.getItems(ids.map(of.key));
      return items.map((item) => item && of.fromItem(item));
    },

    async getItems(keys) {
      const under = await prepare(keys);
      return keys.map((key) => current(key, under));
    },

    async write(write): Promise<Written> {
      if (write.kind === 'check') throw new Error('A check alone writes nothing: use it in a transaction.');
      const written = await table.transact([write]);
      if (written.done) return written;
      const existing = written.failures[0]?.existing;
      return { done: false, ...(existing && { existing }) };
    },

    async createMany<Value extends Id, Id>(of: Entity<Value, Id>, values: readonly Value[]): Promise<Created<Value>[]> {
      const writes = values.map((value) => create(of, value));
      const under = await prepare(writes.map(({ key }) => key));
      return writes.map((write) => {
        const existing = current(write.key, under);
        if (existing) return { done: false, existing: of.fromItem(existing) };
        apply(write, undefined);
        return { done: true };
      });
    },

    async updateMany(writes) {
      return inParallel(writes, PARALLEL, async (write) => (await table.write(write)).done);
    },

    async increment(write, attribute) {
      const under = await prepare([write.key]);
      apply(write, current(write.key, under));
      return Number(current(write.key, under)?.[attribute]);
    },

    async transact(given): Promise<Transacted> {
      const writes = typeof given === 'function' ? given() : given;
      const under = await prepare(writes.map(({ key }) => key));
      const before = writes.map(({ key }) => current(key, under));
      const failures = writes.map(({ condition }, i) => {
        const existing = before[i];
        return holds(condition, existing) ? undefined : { ...(existing && { existing }) };
      });
      if (failures.some((failure) => failure !== undefined)) return { done: false, failures };
      for (const [i, write] of writes.entries()) apply(write, before[i]);
      return { done: true };
    },

    async query(range: Range): Promise<Item[]> {
      if (range.index) return base.query(range);
      const { pk, prefix = '', after, before, descending = false, limit } = range;
      const own = await layer.list(pk);
      const under = await base.query({ ...range, limit: limit + own.size });
      const all = new Map<string, Item | null>([...under.map((item) => [skOf(item), item] as const), ...own]);
      const isAsked = (sk: string): boolean =>
        sk.startsWith(prefix) &&
        (after === undefined || bytewise(sk, after) > 0) &&
        (before === undefined || bytewise(sk, before) < 0);
      const items = [...all.values()].filter((item) => item !== null);
      const sorted = items.filter((item) => isAsked(skOf(item))).sort((a, b) => bytewise(skOf(a), skOf(b)));
      return (descending ? sorted.reverse() : sorted).slice(0, limit);
    },

    async queryOf<Value extends Id, Id>(of: Entity<Value, Id>, range: Omit<Range, 'index'>) {
      return (await table.query(range)).map(of.fromItem);
    },
  };
  return table;
};

const PARALLEL = 24;

const skOf = (item: Item): string => String(item[definition.sk]);

/** What a table gives back of an item: nothing that is undefined, and nothing that its writer still holds. */
const stored = (item: Item): Item => JSON.parse(JSON.stringify(item));
