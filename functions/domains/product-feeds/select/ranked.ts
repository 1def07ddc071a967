import type { Context } from '../../accounts/context.ts';
import { items } from '../../catalog/records/read.ts';
import type { CatalogItem } from '../../catalog/records/records.ts';
import { readRanking } from '../rankings/read-ranking.ts';
import type { RankedBy } from '../rankings/totals.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

const PAGE = 100;

interface Asked {
  readonly by: RankedBy;
  readonly days: number;
  readonly max: number;
  readonly checkTime: () => void;
}

/** The items of the catalog that are bought or viewed most often, page by page. */
export async function* readRanked({ max, ...asked }: Asked, context: Deps): AsyncGenerator<readonly CatalogItem[]> {
  const ids = (await readRanking(asked, context)).slice(0, max);
  for (let at = 0; at < ids.length; at += PAGE) {
    const page = ids.slice(at, at + PAGE);
    const found = await items.findMany(page, context);
    yield page.flatMap((id) => found.get(id) ?? []);
  }
}
