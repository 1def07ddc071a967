import { parseTime } from '../../../../model/time.ts';
import { type Interval, nextStart, type Span, startOf, type Zone } from '../calendar.ts';
import { type Comparison, FILTER_EXAMPLE } from './filters.ts';

const MAX_INTERVALS = 10_000;

const TIME = 'datetime';
export const isAboutTime = ({ field }: Comparison): boolean => field === TIME;

/** The time range of comparisons by `datetime`, or what is wrong with them. Times without an offset are in the zone. */
export const spanOf = (comparisons: readonly Comparison[], zone: Zone): Span | string => {
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { operator, values, isNegated } of comparisons) {
    const [{ text } = { text: '' }] = values;
    const time = parseMoment(text, zone);
    if (time === undefined) return `'${text.slice(0, 40)}' is not a time in ISO 8601. ${FILTER_EXAMPLE}`;
    if (isNegated) return `${TIME} does not support not(…). ${FILTER_EXAMPLE}`;
    if (operator === 'greater-or-equal') from = Math.max(from, time);
    else if (operator === 'greater-than') from = Math.max(from, time + 1);
    else if (operator === 'less-than') to = Math.min(to, time);
    else if (operator === 'less-or-equal') to = Math.min(to, time + 1);
    else return `${TIME} does not support the operator ${operator}. ${FILTER_EXAMPLE}`;
  }
  if (!Number.isFinite(from) || !Number.isFinite(to)) return `A time range is required. ${FILTER_EXAMPLE}`;
  return from < to ? { from, to } : 'The time range ends before it begins.';
};

const parseMoment = (text: string, zone: Zone): number | undefined => {
  const time = parseTime(text)?.getTime();
  const hasOffset = /(?:Z|[+-]\d\d:?\d\d|[+-]\d\d)$/i.test(text.slice(11));
  return time === undefined || hasOffset ? time : zone.toMoment(time);
};

/** The start of each interval of a span. Undefined if there are too many. */
export const intervalStarts = ({ from, to }: Span, interval: Interval, zone: Zone): number[] | undefined => {
  const starts: number[] = [];
  for (let start = startOf(interval, from, zone); start < to; start = nextStart(interval, start, zone)) {
    starts.push(start);
    if (starts.length > MAX_INTERVALS) return undefined;
  }
  return starts;
};

export const tooManyIntervalsMessage = `More than ${MAX_INTERVALS} intervals. Request a shorter time range or longer intervals.`;
