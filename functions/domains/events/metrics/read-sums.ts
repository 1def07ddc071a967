import type { Context } from '../../accounts/context.ts';
import { toNumber } from '../totals/decimal.ts';
import { readTotals } from '../totals/read-totals.ts';
import { SLOT_MS, slotOf, type Total, type Totals } from '../totals/slots.ts';
import type { Span } from './calendar.ts';
import { forEachEvent } from './count-events.ts';

/** Totals follow events by up to five minutes. What happened since then is read event by event. */
const FRESH_MS = 30 * 60_000;
/** So many events are read one by one, which shows late ones at once as well. */
const FEW = 1_000;
/** With more events since then, their totals are used as well. */
const MANY = 20_000;

/** An event, or several of a quarter of an hour with the sum of their values. */
export interface CountedEvents {
  readonly ms: number;
  readonly value: number;
  readonly person: string;
  /** @default 1 */
  readonly events?: number;
}

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/**
 * Calls `each` for the events of a metric in a time range: one by one, or added up by quarters of an hour. Intervals have
 * to begin with such a quarter, which those of all time zones of today do.
 */
export const forEachSum = async (
  metricId: string,
  { from, to, starts }: Span & { readonly starts: readonly number[] },
  each: (events: CountedEvents) => void,
  context: Deps,
): Promise<void> => {
  const slots = { from: Math.ceil(from / SLOT_MS), to: slotOf(to) };
  const fresh = slotOf(context.now().getTime() - FRESH_MS);
  const areSlots = starts.every((start) => start % SLOT_MS === 0);
  const totals =
    areSlots && slots.from < Math.min(slots.to, fresh) ? await readTotals(metricId, slots, context) : undefined;
  if (!totals || countOf(totals, slots.from) <= FEW) return forEachEvent(metricId, { from, to }, each, context);

  const end = countOf(totals, fresh) > MANY ? slots.to : Math.min(slots.to, fresh);
  for (const [slot, { count, sum }] of totals)
    if (slot < end) each({ ms: slot * SLOT_MS, value: toNumber(sum), person: '', events: count });
  const edges = [
    { from, to: slots.from * SLOT_MS },
    { from: end * SLOT_MS, to },
  ].filter((edge) => edge.from < edge.to);
  await Promise.all(edges.map((edge) => forEachEvent(metricId, edge, each, context)));
};

const countOf = (totals: Totals, from: number): number =>
  [...totals].reduce((sum, [slot, { count }]: readonly [number, Total]) => (slot >= from ? sum + count : sum), 0);
