import type { Context } from '../../accounts/context.ts';
import { catalogMarks } from '../../catalog/records/mark.ts';
import type { ProductFeed } from './feed.ts';

const DAY_LENGTH = '2026-11-30'.length;

/**
 * What a feed is made of, as a text that differs after each change of the settings or the catalog. It differs each day
 * too, since the mark of a deletion can be lost with a killed process.
 */
export const markOf = async (
  { account, kind, categories, inStock }: ProductFeed,
  { table, now }: Pick<Context, 'table' | 'now'>,
): Promise<string> => {
  const catalog = await table.get(catalogMarks, { account });
  const day = now().toISOString().slice(0, DAY_LENGTH);
  return JSON.stringify([kind, categories ?? null, inStock, catalog?.mark ?? null, day]);
};
