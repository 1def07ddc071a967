import { randomInt } from 'node:crypto';
import type { Context } from '../accounts/context.ts';
import { items } from '../catalog/records/read.ts';
import type { CatalogItem } from '../catalog/records/records.ts';
import { findState } from './actions.ts';
import { type PersonProducts, readPersonProducts } from './person-products.ts';
import type { ProductFeed } from './records/feed.ts';
import { shownOf } from './select/select.ts';

/** The most products of an answer. */
export const MAX_ITEMS = 50;
/** Of those that are read, half may have vanished. */
const SPARE = 2;

type Deps = Pick<Context, 'account' | 'table'>;

interface Asked {
  readonly size: number;
  /** Whose products. @default nobody's */
  readonly profileId?: string | undefined;
}

/** The first products of a feed, as the catalog has them now. What has vanished since their selection is left out. */
export const readFeedItems = async (
  feed: ProductFeed,
  { size, profileId }: Asked,
  context: Deps,
): Promise<readonly CatalogItem[]> => {
  const person = profileId === undefined ? undefined : await readPersonProducts(profileId, context);
  const ids = await idsFor(feed, person, context);
  const offered = feed.withoutBought ? ids.filter((id) => !person?.bought.has(id)) : ids;
  const some = offered.slice(0, MAX_ITEMS * SPARE);
  const found = await items.findMany(some, context);
  const existing = some.flatMap((id) => found.get(id) ?? []);
  // What a person viewed is not selected before.
  const shown = feed.kind === 'recently_viewed' ? await shownOf(existing, feed, context) : existing;
  return shown.filter(({ published }) => published).slice(0, size);
};

const idsFor = async (
  { kind, id }: ProductFeed,
  person: PersonProducts | undefined,
  context: Deps,
): Promise<readonly string[]> => {
  if (kind === 'recently_viewed') return person?.viewed ?? [];
  const { ids = [] } = (await findState(id, context)) ?? {};
  return kind === 'random' ? shuffled(ids) : ids;
};

const shuffled = <Of>(all: readonly Of[]): Of[] => {
  const left = [...all];
  return all.flatMap(() => left.splice(randomInt(left.length), 1));
};
