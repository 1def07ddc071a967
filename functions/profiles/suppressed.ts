import type { SuppressedAsked } from '../consent/suppress.ts';
import { SuppressionReason } from '../consent/suppression.ts';
import { ApiError } from '../errors.ts';
import type { Selection } from '../http/reading.ts';
import { isLookup } from './lookup.ts';

export const SUPPRESSION_REASON = 'subscriptions.email.marketing.suppression.reason';
export const SUPPRESSION_TIME = 'subscriptions.email.marketing.suppression.timestamp';
export const suppressionFields: readonly string[] = [SUPPRESSION_REASON, SUPPRESSION_TIME];

/** Whether a list goes along the suppressed addresses. No other order and no look-up can do that too. */
export const asksForSuppressed = ({ filters, sort }: Pick<Selection, 'filters' | 'sort'>): boolean => {
  const asks = sort?.field === SUPPRESSION_TIME || filters.some(({ field }) => suppressionFields.includes(field));
  if (!asks) return false;
  const other = sort && sort.field !== SUPPRESSION_TIME ? 'sort' : filters.some(isLookup) ? 'filter' : undefined;
  if (!other) return true;
  throw new ApiError('invalid', {
    detail: `Suppressed profiles can be sorted by ${SUPPRESSION_TIME} alone, and not be filtered by an identifier as well: ask for the profile with additional-fields[profile]=subscriptions.`,
    source: { parameter: other },
  });
};

export const suppressedAsked = ({
  filters,
  sort,
}: Pick<Selection, 'filters' | 'sort'>): Pick<SuppressedAsked, 'reasons' | 'after' | 'before' | 'descending'> => {
  const wanted = filters.filter(({ field }) => field === SUPPRESSION_REASON);
  const ends = filters.flatMap(({ field, operator, values: [time] }) =>
    field === SUPPRESSION_TIME && time instanceof Date ? [{ operator, at: time.getTime() }] : [],
  );
  // Ends are exclusive, and times have milliseconds.
  const low = ends.flatMap(({ operator, at }) =>
    operator === 'greater-than' ? at : operator === 'greater-or-equal' ? at - 1 : [],
  );
  const high = ends.flatMap(({ operator, at }) =>
    operator === 'less-than' ? at : operator === 'less-or-equal' ? at + 1 : [],
  );
  return {
    descending: sort?.descending ?? false,
    ...(wanted.length > 0 && {
      reasons: SuppressionReason.options.filter((reason) => wanted.every(({ values }) => values.includes(reason))),
    }),
    ...(low.length > 0 && { after: new Date(Math.max(...low)).toISOString() }),
    ...(high.length > 0 && { before: new Date(Math.min(...high)).toISOString() }),
  };
};
