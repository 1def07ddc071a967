import { dayOf } from '../../../model/time.ts';
import type { Context } from '../../accounts/context.ts';
import { catalogMarks } from '../../catalog/records/mark.ts';
import type { ProductFeed } from './feed.ts';

/**
 * What a feed is made of, as a text that differs after each change of the settings or the catalog. It differs each day
 * too, since the mark of a deletion can be lost with a killed process.
 */
export const markOf = async (
  { account, kind, categories, inStock }: ProductFeed,
  { table, now }: Pick<Context, 'table' | 'now'>,
): Promise<string> => {
  const catalog = await table.get(catalogMarks, { account });
  const day = dayOf(now().toISOString());
  return JSON.stringify([kind, categories ?? null, inStock, catalog?.mark ?? null, day]);
};
