import type { Filter } from '../../../platform/http/query/filter.ts';

/** Exclusive ends among places in time, which are `<ISO time>#<hash>`. */
export interface Range {
  readonly after?: string;
  readonly before?: string;
}

/** The part of a timeline that filters by `datetime` and `timestamp` leave. */
export const rangeOf = (filters: readonly Filter[]): Range => {
  const ends = filters.flatMap(({ field, operator, values: [value] }) => {
    if ((field !== 'datetime' && field !== 'timestamp') || value === undefined) return [];
    if (value instanceof Date) return [endOf(operator, value.getTime())];
    // A timestamp is a whole second, in which several milliseconds are.
    return typeof value === 'number' ? [endOfSecond(operator, value)] : [];
  });
  const after = ends
    .flatMap((end) => end.after ?? [])
    .sort()
    .at(-1);
  const before = ends.flatMap((end) => end.before ?? []).sort()[0];
  return { ...(after !== undefined && { after }), ...(before !== undefined && { before }) };
};

const endOf = (operator: Filter['operator'], ms: number): Range => {
  // `#` follows the time in a place: the bare time is before all of its millisecond, with a `$` after all.
  const time = iso(ms);
  if (operator === 'greater-or-equal') return { after: time };
  if (operator === 'greater-than') return { after: `${time}$` };
  return operator === 'less-than' ? { before: time } : { before: `${time}$` };
};

const endOfSecond = (operator: Filter['operator'], seconds: number): Range => {
  const next = (Math.floor(seconds) + 1) * 1_000;
  if (operator === 'greater-than') return endOf('greater-or-equal', next);
  if (operator === 'less-or-equal') return endOf('less-than', next);
  return endOf(operator, Math.ceil(seconds) * 1_000);
};

/** Beyond these years ISO 8601 sorts no longer. */
const iso = (ms: number): string => new Date(Math.min(Math.max(ms, 0), Date.UTC(9999, 0, 1))).toISOString();
