import * as v from 'valibot';
import { ApiError } from '../errors.ts';
import type { Entity } from './entity.ts';
import type { Table } from './table.ts';
import { create, remove, update } from './write.ts';

interface Base {
  readonly account: string;
  readonly id: string;
  readonly created: string;
  readonly updated: string;
}

type Key = Pick<Base, 'account' | 'id'>;
type Own<Value extends Base> = Omit<Value, keyof Base>;

interface Context {
  readonly account: string;
  readonly table: Pick<Table, 'get' | 'getMany' | 'queryOf' | 'write' | 'transact'>;
}
type Writing = Context & { now(): Date; newId(): string };

/** How many an account has: the schema of the entity that counts them. */
export const Count = v.object({ account: v.string(), count: v.number() });
export type Count = v.InferOutput<typeof Count>;

interface Declared<Value extends Base> {
  readonly entity: Entity<Value, Key>;
  readonly counts: Entity<Count, Pick<Count, 'account'>>;
  /** The partition of an account that holds them, and what their sort keys begin with. */
  readonly pk: (account: string) => string;
  readonly prefix: string;
  /** How many an account may have. */
  readonly max: number;
  readonly noun: { readonly one: string; readonly many: string };
}

const MAX_QUOTED = 64;

/** Items of one type of which an account has so few that all can be read at once: each in a partition, with their count. */
export const smallStore = <Value extends Base>({ entity, counts, pk, prefix, max, noun }: Declared<Value>) => {
  const missing = (id: string): ApiError =>
    new ApiError('not_found', { detail: `There is no ${noun.one} ${id.slice(0, MAX_QUOTED)}.` });
  const hasRoom = {
    any: [
      { attribute: 'count', is: 'missing' },
      { attribute: 'count', is: '<', value: max },
    ],
  } as const;

  const find = async (id: string, { account, table }: Context): Promise<Value> => {
    const found = await table.get(entity, { account, id });
    if (!found) throw missing(id);
    return found;
  };

  return {
    find,

    all: ({ account, table }: Context): Promise<Value[]> =>
      table.queryOf(entity, { pk: pk(account), prefix, limit: max }),

    /** Those of several that are there, by their ids. */
    async findMany(ids: readonly string[], { account, table }: Context): Promise<ReadonlyMap<string, Value>> {
      const keys = [...new Set(ids)].map((id) => ({ account, id }));
      const found = await table.getMany(entity, keys);
      return new Map(found.flatMap((one) => (one ? [[one.id, one]] : [])));
    },

    /** @throws ApiError `conflict` where there is one with this id, `invalid` where there is no room for another */
    async create(own: Own<Value>, context: Writing, id = context.newId()): Promise<Value> {
      const { account } = context;
      const at = context.now().toISOString();
      const value = whole<Value>(own, { account, id, created: at, updated: at });
      const counted = { upsert: true, set: { account }, add: { count: 1 }, condition: hasRoom } as const;
      const written = await context.table.transact([update(counts, { account }, counted), create(entity, value)]);
      if (written.done) return value;
      const [full] = written.failures;
      if (!full) throw new ApiError('conflict', { detail: `There is a ${noun.one} ${id} already.` });
      throw new ApiError('invalid', {
        detail: `There are ${max} ${noun.many} already: no more are made. Delete those that nobody needs.`,
      });
    },

    /** Changes what is given; what is given as `undefined` is removed. */
    async update(id: string, changes: Partial<Own<Value>>, context: Writing): Promise<Value> {
      const found = await find(id, context);
      const set = { ...changes, updated: context.now().toISOString() };
      const gone = Object.entries(changes).flatMap(([name, value]) => (value === undefined ? [name] : []));
      const value = { ...found, ...set };
      const written = await context.table.write(update(entity, found, { set, remove: gone, value }));
      if (!written.done) throw missing(id);
      return value;
    },

    async remove(id: string, { account, table }: Context): Promise<void> {
      const written = await table.transact([
        remove(entity, { account, id }, 'present'),
        update(counts, { account }, { add: { count: -1 } }),
      ]);
      if (!written.done) throw missing(id);
    },
  };
};

/** TypeScript does not see that what was taken out of an open type makes it whole again. */
const whole = <Value extends Base>(own: Own<Value>, base: Base): Value => ({ ...own, ...base }) as unknown as Value;
