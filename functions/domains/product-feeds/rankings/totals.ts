import * as v from 'valibot';
import { entity } from '../../../platform/table/entity.ts';

/** What products are ranked by. */
export const rankedBy = ['views', 'orders'] as const;
export type RankedBy = (typeof rankedBy)[number];

/** The first products of a day that has ended, with their numbers. */
const ProductTotals = v.object({
  account: v.string(),
  by: v.picklist(rankedBy),
  day: v.string(),
  products: v.pipe(v.array(v.tuple([v.string(), v.number()])), v.readonly()),
  expiresAt: v.number(),
});
export type ProductTotals = v.InferOutput<typeof ProductTotals>;

export const rankingsPk = (account: string): string => `A#${account}#PRODUCTRANKINGS`;
export const totalsPrefix = (by: RankedBy): string => `${by.toUpperCase()}#`;

export const productTotals = entity({
  type: 'product_totals',
  schema: ProductTotals,
  key: ({ account, by, day }: Pick<ProductTotals, 'account' | 'by' | 'day'>) => ({
    pk: rankingsPk(account),
    sk: `${totalsPrefix(by)}${day}`,
  }),
  json: ['products'],
});

/** How far the days of an account are added up. */
const RankingState = v.object({
  account: v.string(),
  /** The first day that is not. */
  until: v.string(),
});

export const rankingStates = entity({
  type: 'product_ranking_state',
  schema: RankingState,
  key: ({ account }: { readonly account: string }) => ({ pk: rankingsPk(account), sk: 'STATE' }),
});
