import { nextStart, startOf, type Zone } from '../../events/metrics/calendar.ts';

export const timeframeKeys = [
  'last_12_months',
  'last_30_days',
  'last_365_days',
  'last_3_months',
  'last_7_days',
  'last_90_days',
  'last_month',
  'last_week',
  'last_year',
  'this_month',
  'this_week',
  'this_year',
  'today',
  'yesterday',
] as const;
type TimeframeKey = (typeof timeframeKeys)[number];

export const reportIntervals = ['daily', 'hourly', 'monthly', 'weekly'] as const;
export type ReportInterval = (typeof reportIntervals)[number];
export const calendarIntervals = { hourly: 'hour', daily: 'day', weekly: 'week', monthly: 'month' } as const;

export interface Timeframe {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

type Whole = 'day' | 'week' | 'month';

/** The start of an interval before the one that a moment is in. */
const startBefore = (interval: Whole, ms: number, count: number, zone: Zone): number => {
  let start = startOf(interval, ms, zone);
  for (let left = count; left > 0; left--) start = startOf(interval, start - 1, zone);
  return start;
};

/**
 * The time that a key means, by the clocks of the account. `last_7_days` ends today, `last_week` and `last_3_months` are
 * whole weeks and months before this one.
 */
export const timeframeOf = (key: TimeframeKey, now: number, zone: Zone): Timeframe => {
  const until = (interval: Whole, from: number): Timeframe => ({ from, to: nextStart(interval, from, zone) });
  const before = (interval: Whole, count: number): Timeframe => ({
    from: startBefore(interval, now, count, zone),
    to: startOf(interval, now, zone),
  });
  const days = (count: number): Timeframe => ({
    from: startBefore('day', now, count - 1, zone),
    to: nextStart('day', startOf('day', now, zone), zone),
  });
  const monthOfYear = new Date(zone.toLocal(now)).getUTCMonth();
  const yearStart = startBefore('month', now, monthOfYear, zone);
  switch (key) {
    case 'today':
      return until('day', startOf('day', now, zone));
    case 'yesterday':
      return before('day', 1);
    case 'this_week':
      return until('week', startOf('week', now, zone));
    case 'last_week':
      return before('week', 1);
    case 'this_month':
      return until('month', startOf('month', now, zone));
    case 'last_month':
      return before('month', 1);
    case 'last_3_months':
      return before('month', 3);
    case 'last_12_months':
      return before('month', 12);
    case 'this_year':
      return { from: yearStart, to: nextStart('day', startOf('day', now, zone), zone) };
    case 'last_year':
      return { from: startBefore('month', yearStart, 12, zone), to: yearStart };
    case 'last_7_days':
      return days(7);
    case 'last_30_days':
      return days(30);
    case 'last_90_days':
      return days(90);
    case 'last_365_days':
      return days(365);
  }
};

const DAY_MS = 86_400_000;
/** A day that ends summer time has an hour more. */
const SLACK_MS = 2 * 3_600_000;
const maxDays: Readonly<Record<ReportInterval, number>> = { hourly: 7, daily: 60, weekly: 366, monthly: 366 };
const MAX_DAYS = 366;

/** Why a report of this time cannot be made. */
export const timeframeProblem = ({ from, to }: Timeframe, interval?: ReportInterval): string | undefined => {
  if (!(from < to)) return 'The time ends before it begins.';
  const max = interval === undefined ? MAX_DAYS : maxDays[interval];
  if (to - from <= max * DAY_MS + SLACK_MS) return undefined;
  const what = interval === undefined ? 'a report' : `${interval} results`;
  return `At most ${max} days are allowed for ${what}. Ask for a shorter time.`;
};
