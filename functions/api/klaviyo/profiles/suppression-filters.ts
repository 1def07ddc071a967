import { SuppressionReason } from '../../../domains/consent/records/suppression.ts';
import type { SuppressedQuery } from '../../../domains/consent/suppressions/suppress.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { isLookup } from './lookup.ts';

const MARKETING = 'subscriptions.email.marketing';
export const SUPPRESSION_REASON = `${MARKETING}.suppression.reason`;
export const SUPPRESSION_TIME = `${MARKETING}.suppression.timestamp`;
export const LIST_SUPPRESSION_REASON = `${MARKETING}.list_suppressions.reason`;
export const LIST_SUPPRESSION_TIME = `${MARKETING}.list_suppressions.timestamp`;
export const LIST_SUPPRESSION_LIST = `${MARKETING}.list_suppressions.list_id`;

const fieldsByKind = {
  address: [SUPPRESSION_REASON, SUPPRESSION_TIME],
  list: [LIST_SUPPRESSION_REASON, LIST_SUPPRESSION_TIME, LIST_SUPPRESSION_LIST],
} as const;
/** The kind of suppressions that a listing follows: of addresses or of lists. */
export type SuppressionKind = keyof typeof fieldsByKind;
export const suppressionFields: readonly string[] = Object.values(fieldsByKind).flat();

type SuppressionSelection = Pick<Selection, 'filters' | 'sort'>;

/** The kind of suppressions that a listing follows, if any. It cannot be combined with another order or a lookup. */
export const suppressionListing = ({ filters, sort }: SuppressionSelection): SuppressionKind | undefined => {
  const names = new Set([...filters.map(({ field }) => field), ...(sort ? [sort.field] : [])]);
  const requestedKinds = (['address', 'list'] as const).filter((kind) =>
    fieldsByKind[kind].some((field) => names.has(field)),
  );
  const [kind] = requestedKinds;
  if (kind === undefined) return undefined;
  const [, time] = fieldsByKind[kind];
  const conflict =
    requestedKinds.length > 1 || filters.some(isLookup) ? 'filter' : sort && sort.field !== time ? 'sort' : undefined;
  if (!conflict) return kind;
  throw new ApiError('invalid', {
    detail: `Suppressed profiles can only be sorted by ${time}, and not be filtered by an identifier or by suppressions of the other kind as well. Request the profile with additional-fields[profile]=subscriptions.`,
    source: { parameter: conflict },
  });
};

type Range = Pick<SuppressedQuery, 'after' | 'before' | 'descending'>;

export const suppressionQuery = (selection: SuppressionSelection): Range & Pick<SuppressedQuery, 'reasons'> => {
  const reasonFilters = selection.filters.filter(({ field }) => field === SUPPRESSION_REASON);
  return {
    ...timeRange(selection, SUPPRESSION_TIME),
    ...(reasonFilters.length > 0 && {
      reasons: SuppressionReason.options.filter((reason) =>
        reasonFilters.every(({ values }) => values.includes(reason)),
      ),
    }),
  };
};

/** Undefined if nothing can match: list suppressions have one reason, and one opt-out concerns one list. */
export const listOptOutQuery = (
  selection: SuppressionSelection,
): (Range & { readonly listId?: string }) | undefined => {
  const valuesOf = (name: string) =>
    selection.filters.filter(({ field }) => field === name).map(({ values }) => values[0]);
  const [listId, ...others] = new Set(valuesOf(LIST_SUPPRESSION_LIST).map(String));
  if (others.length > 0 || valuesOf(LIST_SUPPRESSION_REASON).some((reason) => reason !== 'UNSUBSCRIBE'))
    return undefined;
  return { ...timeRange(selection, LIST_SUPPRESSION_TIME), ...(listId !== undefined && { listId }) };
};

const timeRange = ({ filters, sort }: SuppressionSelection, name: string): Range => {
  const bounds = filters.flatMap(({ field, operator, values: [time] }) =>
    field === name && time instanceof Date ? [{ operator, at: time.getTime() }] : [],
  );
  // Bounds are exclusive, and times have milliseconds.
  const lowerBounds = bounds.flatMap(({ operator, at }) =>
    operator === 'greater-than' ? at : operator === 'greater-or-equal' ? at - 1 : [],
  );
  const upperBounds = bounds.flatMap(({ operator, at }) =>
    operator === 'less-than' ? at : operator === 'less-or-equal' ? at + 1 : [],
  );
  return {
    descending: sort?.descending ?? false,
    ...(lowerBounds.length > 0 && { after: new Date(Math.max(...lowerBounds)).toISOString() }),
    ...(upperBounds.length > 0 && { before: new Date(Math.min(...upperBounds)).toISOString() }),
  };
};
