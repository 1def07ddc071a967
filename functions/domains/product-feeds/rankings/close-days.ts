import { dayOf } from '../../../model/time.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Condition } from '../../../platform/table/expression.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { put, remove, update, type Write } from '../../../platform/table/write.ts';
import { addDays, isClosed, KEPT_DAYS, lateDays, lateDaysOf, MAX_DAYS } from './parts.ts';
import { firstOf } from './rank.ts';
import { tallyDay } from './tally.ts';
import { productTotals, rankedBy, rankingStates } from './totals.ts';

type Deps = Pick<Services, 'table' | 'now'> & { readonly account: string };

/** Called before each day. It may end the run: the next one continues with that day. */
type CheckTime = () => void;

/** Late days of one run. The next runs take the others. */
const MAX_LATE = 10;

/** Adds up the days that have ended since the last time. Returns the first day that is not added up. */
export const closeDays = async (checkTime: CheckTime, context: Deps): Promise<string> => {
  const { account, table, now } = context;
  const today = dayOf(now().toISOString());
  const oldest = addDays(today, -MAX_DAYS);
  const state = await table.get(rankingStates, { account });
  const from = state && state.until > oldest ? state.until : oldest;
  let stored = state?.until;
  let until = from;
  const advance = async (totals: readonly Write[]): Promise<void> => {
    const condition = isUntil(stored);
    const moved = update(rankingStates, { account }, { upsert: true, set: { account, until }, condition });
    const { done } = await table.transact([moved, ...totals]);
    // Another feed of the account adds up the same days: this run begins again.
    if (!done) throw new Error('The days of products were added up by another run.');
    stored = until;
  };
  for (let day = from; isClosed(day, now()); day = until) {
    checkTime();
    const totals = await totalsOf(day, context);
    until = addDays(day, 1);
    if (totals.length > 0) await advance(totals);
  }
  if (until !== stored) await advance([]);
  await correctLateDays(until, checkTime, context);
  return until;
};

const isUntil = (value: string | undefined): Condition =>
  value === undefined ? { attribute: 'until', is: 'missing' } : { attribute: 'until', is: '=', value };

/** Adds up days again that got events after they were added up. */
const correctLateDays = async (until: string, checkTime: CheckTime, context: Deps): Promise<void> => {
  const { account, table } = context;
  const late = await table.queryOf(lateDays, { ...lateDaysOf(account), limit: MAX_LATE });
  for (const { day, mark } of late.filter((one) => one.day < until)) {
    checkTime();
    const totals = await totalsOf(day, context);
    // A mark that has changed meanwhile stands for parts that were not read.
    const isUnchanged = { attribute: 'mark', is: '=', value: mark } as const;
    await table.transact([remove(lateDays, { account, day }, isUnchanged), ...totals]);
  }
};

const totalsOf = async (day: string, context: Deps): Promise<Write[]> => {
  const tallies = await tallyDay(day, context);
  const expiresAt = expiryAfterDays(new Date(`${day}T00:00:00Z`), KEPT_DAYS);
  return rankedBy.flatMap((by) => {
    const products = firstOf(tallies[by]);
    return products.length === 0
      ? []
      : [put(productTotals, { account: context.account, by, day, products, expiresAt })];
  });
};
