import type { Entity } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { absenceError } from './absence.ts';
import { isExternalId } from './fields.ts';
import type { CatalogCategory, CatalogItem, CatalogVariant } from './records.ts';
import { type CatalogId, catalogCategories, catalogItems, catalogVariants } from './store.ts';

type Deps = Pick<Context, 'account'> & { readonly table: Pick<Context['table'], 'get' | 'getMany'> };

const isLeaving = ({ deletedAt }: { readonly deletedAt?: string | undefined }): boolean => deletedAt !== undefined;

interface Readable<Value extends CatalogId> {
  readonly noun: string;
  readonly entity: Entity<Value, CatalogId>;
  readonly isGone?: (value: Value) => boolean;
}

/** Reads objects of one kind by their external ids. */
const readsOf = <Value extends CatalogId>({ noun, entity, isGone }: Readable<Value>) => {
  const findMany = async (ids: readonly string[], { account, table }: Deps): Promise<ReadonlyMap<string, Value>> => {
    const found = await table.getMany(
      entity,
      [...new Set(ids)].filter(isExternalId).map((id) => ({ account, id })),
    );
    return new Map(found.flatMap((one) => (one && !isGone?.(one) ? [[one.id, one]] : [])));
  };
  return {
    /** Those that exist, by id. */
    findMany,
    /** @throws ApiError `not_found` */
    async get(id: string, { account, table }: Deps): Promise<Value> {
      const value = await table.get(entity, { account, id });
      if (value && !isGone?.(value)) return value;
      throw absenceError(noun, id);
    },
  };
};

export const items = readsOf<CatalogItem>({ noun: 'catalog item', entity: catalogItems, isGone: isLeaving });
export const variants = readsOf<CatalogVariant>({ noun: 'catalog variant', entity: catalogVariants });
export const categories = readsOf<CatalogCategory>({
  noun: 'catalog category',
  entity: catalogCategories,
  isGone: isLeaving,
});
