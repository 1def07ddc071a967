import * as v from 'valibot';
import { ApiError } from '../errors.ts';
import type { Entity } from './entity.ts';
import type { Table } from './table.ts';
import { create, remove, update } from './write.ts';

interface BaseFields {
  readonly account: string;
  readonly id: string;
  readonly created: string;
  readonly updated: string;
}

type Key = Pick<BaseFields, 'account' | 'id'>;
type OwnFields<Value extends BaseFields> = Omit<Value, keyof BaseFields>;

interface Context {
  readonly account: string;
  readonly table: Pick<Table, 'get' | 'getMany' | 'queryOf' | 'write' | 'transact'>;
}
type WriteContext = Context & { now(): Date; newId(): string };

/** The number of items of an account: the schema of the counter's entity. */
export const Count = v.object({ account: v.string(), count: v.number() });
export type Count = v.InferOutput<typeof Count>;

interface StoreDeclaration<Value extends BaseFields> {
  readonly entity: Entity<Value, Key>;
  readonly counts: Entity<Count, Pick<Count, 'account'>>;
  /** The partition of an account's items, and the prefix of their sort keys. */
  readonly pk: (account: string) => string;
  readonly prefix: string;
  /** The most items that an account may have. */
  readonly max: number;
  readonly noun: { readonly one: string; readonly many: string };
}

const MAX_QUOTED = 64;

/**
 * A store for a type of item of which an account has few enough to read all at once. The items share a partition, and a
 * counter limits their number.
 */
export const smallStore = <Value extends BaseFields>({
  entity,
  counts,
  pk,
  prefix,
  max,
  noun,
}: StoreDeclaration<Value>) => {
  const notFoundError = (id: string): ApiError =>
    new ApiError('not_found', { detail: `There is no ${noun.one} ${id.slice(0, MAX_QUOTED)}.` });
  const isBelowMax = {
    any: [
      { attribute: 'count', is: 'missing' },
      { attribute: 'count', is: '<', value: max },
    ],
  } as const;

  const get = async (id: string, { account, table }: Context): Promise<Value> => {
    const value = await table.get(entity, { account, id });
    if (!value) throw notFoundError(id);
    return value;
  };

  return {
    get,

    all: ({ account, table }: Context): Promise<Value[]> =>
      table.queryOf(entity, { pk: pk(account), prefix, limit: max }),

    /** Finds several items, by their ids. Missing ones are left out. */
    async findMany(ids: readonly string[], { account, table }: Context): Promise<ReadonlyMap<string, Value>> {
      const keys = [...new Set(ids)].map((id) => ({ account, id }));
      const values = await table.getMany(entity, keys);
      return new Map(values.flatMap((one) => (one ? [[one.id, one]] : [])));
    },

    /** @throws ApiError `conflict` if the id exists, `invalid` if the account has the maximum number */
    async create(fields: OwnFields<Value>, context: WriteContext, id = context.newId()): Promise<Value> {
      const { account } = context;
      const at = context.now().toISOString();
      const value = withBaseFields<Value>(fields, { account, id, created: at, updated: at });
      const counterUpdate = { upsert: true, set: { account }, add: { count: 1 }, condition: isBelowMax } as const;
      const result = await context.table.transact([update(counts, { account }, counterUpdate), create(entity, value)]);
      if (result.done) return value;
      const [counterFailure] = result.failures;
      if (!counterFailure) throw new ApiError('conflict', { detail: `The ${noun.one} ${id} exists already.` });
      throw new ApiError('invalid', {
        detail: `The account has ${max} ${noun.many}, the maximum. Delete those that are not needed.`,
      });
    },

    /** Changes the given fields. Fields that are given as `undefined` are removed. */
    async update(id: string, changes: Partial<OwnFields<Value>>, context: WriteContext): Promise<Value> {
      const existing = await get(id, context);
      const set = { ...changes, updated: context.now().toISOString() };
      const removedNames = Object.entries(changes).flatMap(([name, value]) => (value === undefined ? [name] : []));
      const value = { ...existing, ...set };
      const result = await context.table.write(update(entity, existing, { set, remove: removedNames, value }));
      if (!result.done) throw notFoundError(id);
      return value;
    },

    async remove(id: string, { account, table }: Context): Promise<void> {
      const result = await table.transact([
        remove(entity, { account, id }, 'present'),
        update(counts, { account }, { add: { count: -1 } }),
      ]);
      if (!result.done) throw notFoundError(id);
    },
  };
};

/** TypeScript cannot see that the omitted fields complete the generic type again. */
const withBaseFields = <Value extends BaseFields>(fields: OwnFields<Value>, base: BaseFields): Value =>
  ({ ...fields, ...base }) as unknown as Value;
