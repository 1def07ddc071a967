import * as v from 'valibot';
import { dayOf } from '../../../model/time.ts';
import { entity } from '../../../platform/table/entity.ts';

/** How long parts and the totals of hours are kept: changes that come later than `LATEST_DAYS` are set aside. */
export const KEPT_DAYS = 90;
export const LATEST_DAYS = 80;

// All partitions are below those of counts, which the consumer of changes may write.

/** Contributions of one message of changes, for one hour. Parts are never changed. */
export const TotalsPart = v.object({
  account: v.string(),
  hour: v.string(),
  id: v.string(),
  /** See `contributions.ts`. */
  contributions: v.string(),
  expiresAt: v.optional(v.number()),
});
export type TotalsPart = v.InferOutput<typeof TotalsPart>;

export const partsPk = (account: string, day: string): string => `A#${account}#COUNTS#EVENTS#${day}`;

export const totalsParts = entity({
  type: 'event_totals_part',
  schema: TotalsPart,
  key: ({ account, hour, id }: Pick<TotalsPart, 'account' | 'hour' | 'id'>) => ({
    pk: partsPk(account, dayOf(hour)),
    sk: `${hour}#${id}`,
  }),
});

const item = {
  account: v.string(),
  metricId: v.string(),
  /** The month of the events. */
  month: v.string(),
  /** See `slots.ts`. */
  totals: v.string(),
  /** Of two runs that build an item at once, one builds it again. */
  version: v.number(),
};

/** What the changes of one hour add to a metric's totals of a month. */
export const HourTotals = v.object({ ...item, hour: v.string(), expiresAt: v.optional(v.number()) });
export type HourTotals = v.InferOutput<typeof HourTotals>;

export const hoursPk = (account: string, day: string): string => `A#${account}#COUNTS#HOURS#${day}`;

export const hourTotals = entity({
  type: 'event_totals_hour',
  schema: HourTotals,
  key: ({ account, metricId, month, hour }: Pick<HourTotals, 'account' | 'metricId' | 'month' | 'hour'>) => ({
    pk: hoursPk(account, dayOf(hour)),
    sk: `${metricId}#${month}#${hour}`,
  }),
});

/** What the changes of one day add to a metric's totals of a month. */
export const DayTotals = v.object({ ...item, day: v.string() });
export type DayTotals = v.InferOutput<typeof DayTotals>;

/** The partition of a metric's events of one month. */
export const monthPk = (account: string, metricId: string, month: string): string =>
  `A#${account}#COUNTS#METRIC#${metricId}#${month}`;

export const dayTotals = entity({
  type: 'event_totals_day',
  schema: DayTotals,
  key: ({ account, metricId, month, day }: Pick<DayTotals, 'account' | 'metricId' | 'month' | 'day'>) => ({
    pk: monthPk(account, metricId, month),
    sk: day,
  }),
});

/** How far the totals of an account are. */
export const TotalsState = v.object({
  account: v.string(),
  /** Changes are counted since then. */
  startedAt: v.string(),
  /** All hours before it are in totals of hours, and all days before its day in totals of days. */
  foldedUntil: v.string(),
  /** Where the reading of older events is, which were stored before. */
  place: v.optional(v.string()),
  /** When all older events were read: since then the totals are complete. */
  completeAt: v.optional(v.string()),
  version: v.number(),
});
export type TotalsState = v.InferOutput<typeof TotalsState>;

export const totalsStates = entity({
  type: 'event_totals_state',
  schema: TotalsState,
  key: ({ account }: Pick<TotalsState, 'account'>) => ({ pk: `A#${account}#COUNTS#TOTALS`, sk: 'STATE' }),
});
