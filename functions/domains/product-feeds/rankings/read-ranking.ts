import { dayOf } from '../../../model/time.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { closeDays } from './close-days.ts';
import { addDays, MAX_DAYS } from './parts.ts';
import { addUp, rank } from './rank.ts';
import { type Tally, tallyDay } from './tally.ts';
import { productTotals, type RankedBy, rankingsPk, totalsPrefix } from './totals.ts';

type Deps = Pick<Services, 'table' | 'now'> & { readonly account: string };

interface Asked {
  readonly by: RankedBy;
  /** How many days before today count. */
  readonly days: number;
  /** See `closeDays`. */
  readonly checkTime: () => void;
}

/** The external ids of the products that events of the last days name most often, of which some may not exist. */
export const readRanking = async ({ by, days, checkTime }: Asked, context: Deps): Promise<readonly string[]> => {
  const { account, table, now } = context;
  const until = await closeDays(checkTime, context);
  const today = dayOf(now().toISOString());
  const first = addDays(today, -days);
  const pk = rankingsPk(account);
  const prefix = totalsPrefix(by);
  const bounds = { after: `${prefix}${addDays(first, -1)}`, before: `${prefix}${until}` };
  const closed = await table.queryOf(productTotals, { pk, prefix, ...bounds, limit: MAX_DAYS + 1 });
  const open: Tally[] = [];
  for (let day = until; day <= today; day = addDays(day, 1)) {
    checkTime();
    if (day >= first) open.push((await tallyDay(day, context))[by]);
  }
  return rank(addUp([...closed.map(({ products }) => products), ...open])).map(([product]) => product);
};
