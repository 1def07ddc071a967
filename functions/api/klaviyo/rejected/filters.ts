import type { RejectedFilter } from '../../../domains/receipts/rejected/read.ts';
import type { Reading, Selection } from '../../../platform/http/query/selection.ts';
import { statuses } from './view.ts';

export const rejectedFilters: NonNullable<Reading['filters']> = {
  source: { operators: ['equals'] },
  code: { operators: ['equals'] },
  status: { operators: ['equals'], oneOf: statuses },
  received_at: { operators: ['greater-than', 'greater-or-equal', 'less-than', 'less-or-equal'], value: 'time' },
};

/** The bounds of the domain are inclusive, and times have milliseconds. */
const shifts: Readonly<Record<string, number>> = { 'greater-than': 1, 'less-than': -1 };

export const toRejectedFilter = ({ filters }: Pick<Selection, 'filters'>): RejectedFilter => {
  const textOf = (name: string): string | undefined =>
    filters.flatMap(({ field, values: [value] }) => (field === name ? [String(value)] : [])).at(-1);
  const times = filters.flatMap(({ field, operator, values: [value] }) =>
    field === 'received_at' && value instanceof Date
      ? [{ isLower: operator.startsWith('greater'), at: value.getTime() + (shifts[operator] ?? 0) }]
      : [],
  );
  const lower = times.flatMap(({ isLower, at }) => (isLower ? [at] : []));
  const upper = times.flatMap(({ isLower, at }) => (isLower ? [] : [at]));
  const status = textOf('status');
  return {
    source: textOf('source'),
    code: textOf('code'),
    isReplayed: status === undefined ? undefined : status === 'replayed',
    from: lower.length === 0 ? undefined : new Date(Math.max(...lower)).toISOString(),
    to: upper.length === 0 ? undefined : new Date(Math.min(...upper)).toISOString(),
  };
};
