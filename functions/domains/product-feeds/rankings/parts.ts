import * as v from 'valibot';
import { dayOf } from '../../../model/time.ts';
import { entity } from '../../../platform/table/entity.ts';

/** The longest window of a ranking, in days. */
export const MAX_DAYS = 30;

/** The days for which parts and totals are kept: a day is added up after it has ended, or later if events are late. */
export const KEPT_DAYS = MAX_DAYS + 5;

/**
 * A part of the products of an hour: what the events of one message name. Parts are never changed. An event that was
 * delivered twice is in two parts, and counts once.
 */
export const ProductPart = v.object({
  account: v.string(),
  /** The hour in which the events were received: `2026-11-30T10`. */
  hour: v.string(),
  id: v.string(),
  /** See `mentions.ts`. */
  products: v.string(),
  expiresAt: v.number(),
});
export type ProductPart = v.InferOutput<typeof ProductPart>;

const productsPk = (account: string): string => `A#${account}#COUNTS#PRODUCTS`;

/** The partition of an account's day, below the counts, which the consumer of changes may write. */
export const partsPk = (account: string, day: string): string => `${productsPk(account)}#${day}`;

export const productParts = entity({
  type: 'product_count',
  schema: ProductPart,
  key: ({ account, hour, id }: Pick<ProductPart, 'account' | 'hour' | 'id'>) => ({
    pk: partsPk(account, dayOf(hour)),
    sk: `${hour}#${id}`,
  }),
});

/** A day that got parts after it may have been added up. Another mark after each. */
const LateDay = v.object({ account: v.string(), day: v.string(), mark: v.string(), expiresAt: v.number() });
export type LateDay = v.InferOutput<typeof LateDay>;

const LATE = 'LATE#';

export const lateDays = entity({
  type: 'product_late_day',
  schema: LateDay,
  key: ({ account, day }: Pick<LateDay, 'account' | 'day'>) => ({ pk: productsPk(account), sk: `${LATE}${day}` }),
});

/** All late days of an account, as a range of the table. */
export const lateDaysOf = (account: string) => ({ pk: productsPk(account), prefix: LATE });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** From then on, the consumer of changes marks the day as late. Its function ends within 15 minutes. */
const LATE_MS = HOUR_MS;
/** From then on, a day may be added up for good. */
const CLOSED_MS = 2 * HOUR_MS;

const endOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) + DAY_MS;

export const isLate = (day: string, now: Date): boolean => now.getTime() >= endOf(day) + LATE_MS;
export const isClosed = (day: string, now: Date): boolean => now.getTime() >= endOf(day) + CLOSED_MS;

export const addDays = (day: string, days: number): string =>
  dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString());
