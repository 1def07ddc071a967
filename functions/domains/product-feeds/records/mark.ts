import { dayOf, hourOf } from '../../../model/time.ts';
import type { Context } from '../../accounts/context.ts';
import { catalogMarks } from '../../catalog/records/mark.ts';
import { type ProductFeed, rankingOf } from './feed.ts';

/**
 * What a feed is made of, as a text that differs after each change of the settings or the catalog. It differs each day
 * too, since the mark of a deletion can be lost with a killed process. Rankings are counted anew each hour.
 */
export const markOf = async (
  { account, name, kind, categories, inStock, days, file }: ProductFeed,
  { table, now }: Pick<Context, 'table' | 'now'>,
): Promise<string> => {
  const catalog = await table.get(catalogMarks, { account });
  const time = now().toISOString();
  const since = rankingOf(kind) ? hourOf(time) : dayOf(time);
  // The secret is in no file.
  const written = file ? [name, file.format, file.currency ?? null] : null;
  return JSON.stringify([kind, categories ?? null, inStock, days ?? null, written, catalog?.mark ?? null, since]);
};
