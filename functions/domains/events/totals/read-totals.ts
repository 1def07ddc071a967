import { dayOf } from '../../../model/time.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';
import { readHours } from './fold.ts';
import { startOfHour } from './hours.ts';
import { addUpParts } from './parts.ts';
import { addTotal, monthOfSlot, SLOT_MS, type Totals, unpackTotals } from './slots.ts';
import { openHours } from './state.ts';
import { dayTotals, monthPk, totalsStates } from './store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

const DAY_MS = 86_400_000;
const PARALLEL = 8;
/** Of all years that an event can have. */
const MAX_MONTHS = 500;
/** A metric's month has an item for each day on which its events came or went. */
const PAGE = 1_000;

export interface SlotRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/**
 * Reads the totals of a metric's events in a range of slots: those of days that are over, of the hours since then, and
 * contributions of the last hours. Returns undefined while older events are not counted yet.
 */
export const readTotals = async (
  metricId: string,
  { from, to }: SlotRange,
  { account, table }: Deps,
): Promise<Totals | undefined> => {
  const state = await table.get(totalsStates, { account });
  if (state?.completeAt === undefined) return undefined;
  const { foldedUntil } = state;
  // Totals of days are read with eventual consistency: those of yesterday may just have been written.
  const recent = [yesterdayOf(foldedUntil), dayOf(foldedUntil)];
  const all: Totals = new Map();
  const months = monthsOf({ from, to });
  await Promise.all([
    inParallel(months, PARALLEL, (month) =>
      addDays(all, { metricId, month, before: recent[0] ?? '' }, { account, table }),
    ),
    inParallel(recent, PARALLEL, (day) =>
      addHours(all, { metricId, day, months: new Set(months), foldedUntil }, { account, table }),
    ),
    inParallel(openHours(state), PARALLEL, async (hour) => {
      const groups = await addUpParts(account, hour, { table, metricId });
      for (const totals of groups.values()) for (const [slot, total] of totals) addTotal(all, slot, total);
    }),
  ]);
  return new Map([...all].filter(([slot]) => slot >= from && slot < to));
};

interface Days {
  readonly metricId: string;
  readonly month: string;
  readonly before: string;
}

const addDays = async (into: Totals, { metricId, month, before }: Days, { account, table }: Deps): Promise<void> => {
  const pk = monthPk(account, metricId, month);
  let after: string | undefined;
  for (;;) {
    const range = { pk, before, limit: PAGE, eventual: true, ...(after !== undefined && { after }) };
    const items = await table.queryOf(dayTotals, range);
    for (const { totals } of items) unpackTotals(totals, into);
    after = items.at(-1)?.day;
    if (items.length < PAGE) return;
  }
};

interface Hours {
  readonly metricId: string;
  readonly day: string;
  readonly months: ReadonlySet<string>;
  readonly foldedUntil: string;
}

const addHours = async (into: Totals, { metricId, day, months, foldedUntil }: Hours, deps: Deps): Promise<void> => {
  for await (const { month, hour, totals } of readHours(day, { prefix: `${metricId}#` }, deps))
    if (months.has(month) && hour < foldedUntil) unpackTotals(totals, into);
};

const yesterdayOf = (hour: string): string => dayOf(new Date(startOfHour(hour) - DAY_MS).toISOString());

const monthsOf = ({ from, to }: SlotRange): string[] => {
  const [year = 0, month = 1] = monthOfSlot(from).split('-').map(Number);
  const last = monthOfSlot(to - 1);
  const months: string[] = [];
  for (let i = 0; i < MAX_MONTHS; i++) {
    const start = Date.UTC(year, month - 1 + i, 1);
    const one = monthOfSlot(start / SLOT_MS);
    if (one > last) break;
    months.push(one);
  }
  return months;
};
