import * as v from 'valibot';
import { parseTime } from '../../../model/time.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { type Interval, intervals, nextStart, openZone, startOf, type Zone } from './calendar.ts';

export const measurements = ['count', 'sum_value', 'unique'] as const;
export type Measurement = (typeof measurements)[number];

const MAX_INTERVALS = 10_000;

const Timezone = v.pipe(
  v.string(),
  v.check((name) => {
    try {
      return openZone(name).name === name;
    } catch {
      return false;
    }
  }, 'Not a name of the IANA time zone database, such as Europe/Berlin.'),
);

/** There are three measurements, and a time range needs two filters, so that no request needs more. */
const MAX_NAMES = 100;
const arrayLimit = {
  max: MAX_NAMES,
  tooMany: (count: number) => `There are ${count}. The maximum is ${MAX_NAMES}.`,
} as const;

const EmptyArray = v.custom<readonly []>(
  (given) => Array.isArray(given) && given.length === 0,
  '`by` is not supported: leave it out, and filter by datetime.',
);

export const AggregateBody = v.object({
  data: v.object({
    type: v.literal('metric-aggregate'),
    attributes: v.object({
      metric_id: v.pipe(v.string(), v.regex(/^[0-9A-Za-z]{1,64}$/, 'Not the id of a metric.')),
      measurements: boundedArray(v.picklist(measurements), {
        min: 1,
        tooFew: `Send at least one of ${measurements.join(', ')}.`,
        ...arrayLimit,
      }),
      interval: v.nullish(v.picklist(intervals), 'day'),
      filter: boundedArray(v.pipe(v.string(), v.maxLength(1_000, 'Longer than 1,000 characters.')), arrayLimit),
      timezone: v.nullish(Timezone, 'UTC'),
      page_size: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500, 'At most 500.'))),
      by: v.nullish(EmptyArray),
      // Accepted and ignored: a result has one row.
      sort: v.nullish(v.string()),
      page_cursor: v.nullish(v.string()),
      return_fields: v.nullish(boundedArray(v.string(), arrayLimit)),
    }),
  }),
});

export interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Parses filters to a time range, or returns what is wrong with them. Times without an offset are in the zone. */
export const parseSpan = (filters: readonly string[], zone: Zone): Span | string => {
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const filter of filters.flatMap(split)) {
    const [, operator, name = '', value = ''] = /^([\w-]+)\(([^,()]+),([^()]*)\)$/.exec(filter) ?? [];
    const [field, text] = [name.trim(), value.trim()];
    if (operator === undefined) return `The filter '${filter.slice(0, 80)}' is not valid. ${EXAMPLE}`;
    if (field !== 'datetime') return `Cannot filter by '${field}', only by datetime. ${EXAMPLE}`;
    const time = parseMoment(text, zone);
    if (time === undefined) return `'${text.slice(0, 40)}' is not a time in ISO 8601. ${EXAMPLE}`;
    if (operator === 'greater-or-equal') from = Math.max(from, time);
    else if (operator === 'greater-than') from = Math.max(from, time + 1);
    else if (operator === 'less-than') to = Math.min(to, time);
    else if (operator === 'less-or-equal') to = Math.min(to, time + 1);
    else return `datetime does not support the operator ${operator}. ${EXAMPLE}`;
  }
  if (!Number.isFinite(from) || !Number.isFinite(to)) return `A time range is required. ${EXAMPLE}`;
  return from < to ? { from, to } : 'The time range ends before it begins.';
};

const EXAMPLE = 'Send greater-or-equal(datetime,2026-07-01T00:00:00) and less-than(datetime,2026-08-01T00:00:00).';

/** Splits a text with several filters, joined by commas or in `and(…)`. */
const split = (text: string): string[] =>
  text
    .trim()
    .replace(/^and\((.*)\)$/s, '$1')
    .split(/(?<=\))\s*,\s*/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

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

/** Sums events by interval. */
export const createTally = (starts: readonly number[]) => {
  const count = starts.map(() => 0);
  const sum = starts.map(() => 0);
  const people = starts.map(() => new Set<string>());
  return {
    add: ({ ms, value, person }: { readonly ms: number; readonly value: number; readonly person: string }): void => {
      const at = lastAtOrBefore(starts, ms);
      count[at] = (count[at] ?? 0) + 1;
      sum[at] = (sum[at] ?? 0) + value;
      people[at]?.add(person);
    },
    result: (measurement: Measurement): number[] => {
      switch (measurement) {
        case 'count':
          return count;
        case 'sum_value':
          // Removes binary rounding errors of decimal sums.
          return sum.map((total) => Number(total.toFixed(6)));
        case 'unique':
          return people.map(({ size }) => size);
      }
    },
  };
};

const lastAtOrBefore = (starts: readonly number[], ms: number): number => {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
};
