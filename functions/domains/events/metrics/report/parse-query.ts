import { openZone, type Span, type Zone } from '../calendar.ts';
import type { AggregateQuery } from './aggregate-body.ts';
import { type Condition, conditionOf } from './conditions.ts';
import { parseFilters } from './filters.ts';
import { intervalStarts, isAboutTime, spanOf, tooManyIntervalsMessage } from './span.ts';

interface ParsedQuery {
  readonly zone: Zone;
  readonly span: Span;
  readonly starts: readonly number[];
  readonly conditions: readonly Condition[];
}

/** The time range, the intervals and the conditions of a query, or what is wrong with its filters. */
export const parseQuery = ({
  filter,
  interval,
  timezone,
}: Pick<AggregateQuery, 'filter' | 'interval' | 'timezone'>): ParsedQuery | string => {
  const zone = openZone(timezone);
  const comparisons = parseFilters(filter);
  if (typeof comparisons === 'string') return comparisons;
  const span = spanOf(comparisons.filter(isAboutTime), zone);
  if (typeof span === 'string') return span;
  const starts = intervalStarts(span, interval, zone);
  if (!starts) return tooManyIntervalsMessage;
  return { zone, span, starts, conditions: comparisons.filter((one) => !isAboutTime(one)).map(conditionOf) };
};
