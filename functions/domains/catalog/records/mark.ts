import * as v from 'valibot';
import { entity } from '../../../platform/table/entity.ts';
import { put } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';

/** Another value after each change of the catalog. What is built from the catalog compares it with the one it knew. */
const CatalogMark = v.object({ account: v.string(), mark: v.string() });

/** Beside the counts, which the consumer of changes may write. */
export const catalogMarks = entity({
  type: 'catalog_mark',
  schema: CatalogMark,
  key: ({ account }: { readonly account: string }) => ({ pk: `A#${account}#COUNTS#CATALOG`, sk: 'MARK' }),
});

/** Says that the catalog has changed. */
export const markCatalog = async (
  account: string,
  { table, newId }: Pick<Context, 'table' | 'newId'>,
): Promise<void> => {
  await table.write(put(catalogMarks, { account, mark: newId() }));
};
