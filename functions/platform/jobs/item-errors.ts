import type * as v from 'valibot';
import type { Services } from '../resources/services.ts';
import { type Entity, entity } from '../table/entity.ts';
import { listPage, type Page, type PageRequest } from '../table/listing/pages.ts';

/** The place of an error: the job, and the number of the item that it is about. */
export interface ItemErrorId {
  readonly account: string;
  readonly job: string;
  /** From 1. */
  readonly row: number;
}

type JobOf = Pick<ItemErrorId, 'account' | 'job'>;
type Deps = Pick<Services, 'table'>;

interface Rows {
  /** Those behind this row. */
  readonly after?: number;
  /** Those up to this row, and with it. */
  readonly upTo?: number;
  readonly limit: number;
}

/** Errors of a job by item: an entity, and how a worker and a caller read it. */
export interface ItemErrors<Value extends ItemErrorId> extends Entity<Value, ItemErrorId> {
  /** In the order of their rows. */
  readonly query: (of: JobOf, rows: Rows, deps: Deps) => Promise<Value[]>;
  readonly list: (of: JobOf, page: PageRequest, deps: Deps) => Promise<Page<Value>>;
}

interface Declared<S> {
  readonly type: string;
  readonly schema: S;
  /** The partition of the job, in which its errors are too. */
  readonly pk: (of: JobOf) => string;
  readonly prefix: string;
  /** Of the largest number of an item. */
  readonly digits: number;
  readonly json?: readonly (keyof v.InferOutput<S & v.GenericSchema> & string)[];
}

/**
 * Keeps why items of a job failed, each by its number. A worker writes an error in the transaction of its checkpoint, or
 * before it applies the next item that the failure depends on, and finds it there when a run is repeated.
 */
export const itemErrors = <S extends v.GenericSchema<unknown, ItemErrorId>>({
  pk,
  prefix,
  digits,
  ...declared
}: Declared<S>): ItemErrors<v.InferOutput<S>> => {
  const sk = (row: number): string => `${prefix}${String(row).padStart(digits, '0')}`;
  const errors = entity<ItemErrorId, S>({ ...declared, key: (id) => ({ pk: pk(id), sk: sk(id.row) }) });
  return {
    ...errors,
    query: (of, { after, upTo, limit }, { table }) =>
      table.queryOf(errors, {
        pk: pk(of),
        prefix,
        limit,
        ...(after !== undefined && { after: sk(after) }),
        ...(upTo !== undefined && { before: sk(upTo + 1) }),
      }),
    list: async (of, page, { table }) => {
      const { items, ...cursors } = await listPage(table, { partitions: [pk(of)], prefix, descending: false, ...page });
      return { ...cursors, items: items.map(errors.fromItem) };
    },
  };
};
