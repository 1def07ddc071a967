import { randomInt } from 'node:crypto';
import type { Context } from '../accounts/context.ts';
import { items } from '../catalog/records/read.ts';
import type { CatalogItem } from '../catalog/records/records.ts';
import { findState } from './actions.ts';
import type { ProductFeed } from './records/feed.ts';

/** The most products of an answer. */
export const MAX_ITEMS = 50;

type Deps = Pick<Context, 'account' | 'table'>;

/** The first products of a feed, as the catalog has them now. What has vanished since their selection is left out. */
export const readFeedItems = async (
  feed: ProductFeed,
  size: number,
  context: Deps,
): Promise<readonly CatalogItem[]> => {
  const { ids = [] } = (await findState(feed.id, context)) ?? {};
  const ordered = feed.kind === 'random' ? shuffled(ids) : ids;
  const some = ordered.slice(0, MAX_ITEMS * SPARE);
  const found = await items.findMany(some, context);
  return some
    .flatMap((id) => found.get(id) ?? [])
    .filter(({ published }) => published)
    .slice(0, size);
};

/** Of those that are read, half may have vanished. */
const SPARE = 2;

const shuffled = <Of>(all: readonly Of[]): Of[] => {
  const left = [...all];
  return all.flatMap(() => left.splice(randomInt(left.length), 1));
};
