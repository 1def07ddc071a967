import type { Filter } from '../../../platform/http/query/filter.ts';

/** Exclusive bounds for the positions `<ISO time>#<hash>`. */
export interface Range {
  readonly after?: string;
  readonly before?: string;
}

/** The range of a timeline that filters by `datetime` and `timestamp` select. */
export const rangeOf = (filters: readonly Filter[]): Range => {
  const bounds = filters.flatMap(({ field, operator, values: [value] }) => {
    if ((field !== 'datetime' && field !== 'timestamp') || value === undefined) return [];
    if (value instanceof Date) return [boundOf(operator, value.getTime())];
    // A timestamp is a whole second and covers a thousand milliseconds.
    return typeof value === 'number' ? [boundOfSecond(operator, value)] : [];
  });
  const after = bounds
    .flatMap((end) => end.after ?? [])
    .sort()
    .at(-1);
  const before = bounds.flatMap((end) => end.before ?? []).sort()[0];
  return { ...(after !== undefined && { after }), ...(before !== undefined && { before }) };
};

const boundOf = (operator: Filter['operator'], ms: number): Range => {
  // In a position, `#` follows the time. The time alone sorts before all positions of its millisecond, the time with
  // `$` after them.
  const time = toIsoTime(ms);
  if (operator === 'greater-or-equal') return { after: time };
  if (operator === 'greater-than') return { after: `${time}$` };
  return operator === 'less-than' ? { before: time } : { before: `${time}$` };
};

const boundOfSecond = (operator: Filter['operator'], seconds: number): Range => {
  const next = (Math.floor(seconds) + 1) * 1_000;
  if (operator === 'greater-than') return boundOf('greater-or-equal', next);
  if (operator === 'less-or-equal') return boundOf('less-than', next);
  return boundOf(operator, Math.ceil(seconds) * 1_000);
};

/** ISO 8601 sorts as text only within these years. */
const toIsoTime = (ms: number): string => new Date(Math.min(Math.max(ms, 0), Date.UTC(9999, 0, 1))).toISOString();
