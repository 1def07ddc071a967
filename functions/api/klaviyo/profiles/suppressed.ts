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

const fields = {
  address: [SUPPRESSION_REASON, SUPPRESSION_TIME],
  list: [LIST_SUPPRESSION_REASON, LIST_SUPPRESSION_TIME, LIST_SUPPRESSION_LIST],
} as const;
/** What a list along suppressions goes by: those of addresses, or those of lists. */
export type Along = keyof typeof fields;
export const suppressionFields: readonly string[] = Object.values(fields).flat();

type Asked = Pick<Selection, 'filters' | 'sort'>;

/** Whether a list goes along suppressions. No other order and no look-up can do that too. */
export const suppressionListing = ({ filters, sort }: Asked): Along | undefined => {
  const names = new Set([...filters.map(({ field }) => field), ...(sort ? [sort.field] : [])]);
  const asked = (['address', 'list'] as const).filter((along) => fields[along].some((field) => names.has(field)));
  const [along] = asked;
  if (along === undefined) return undefined;
  const [, time] = fields[along];
  const other =
    asked.length > 1 || filters.some(isLookup) ? 'filter' : sort && sort.field !== time ? 'sort' : undefined;
  if (!other) return along;
  throw new ApiError('invalid', {
    detail: `Suppressed profiles can be sorted by ${time} alone, and not be filtered by an identifier or by suppressions of the other kind as well: ask for the profile with additional-fields[profile]=subscriptions.`,
    source: { parameter: other },
  });
};

type Range = Pick<SuppressedQuery, 'after' | 'before' | 'descending'>;

export const suppressionQuery = (asked: Asked): Range & Pick<SuppressedQuery, 'reasons'> => {
  const wanted = asked.filters.filter(({ field }) => field === SUPPRESSION_REASON);
  return {
    ...rangeIn(asked, SUPPRESSION_TIME),
    ...(wanted.length > 0 && {
      reasons: SuppressionReason.options.filter((reason) => wanted.every(({ values }) => values.includes(reason))),
    }),
  };
};

/** Undefined where nothing can be found: a list is suppressed for one reason alone, and one opt-out is of one list. */
export const listOptOutQuery = (asked: Asked): (Range & { readonly listId?: string }) | undefined => {
  const valuesOf = (name: string) => asked.filters.filter(({ field }) => field === name).map(({ values }) => values[0]);
  const [listId, ...others] = new Set(valuesOf(LIST_SUPPRESSION_LIST).map(String));
  if (others.length > 0 || valuesOf(LIST_SUPPRESSION_REASON).some((reason) => reason !== 'UNSUBSCRIBE'))
    return undefined;
  return { ...rangeIn(asked, LIST_SUPPRESSION_TIME), ...(listId !== undefined && { listId }) };
};

const rangeIn = ({ filters, sort }: Asked, name: string): Range => {
  const ends = filters.flatMap(({ field, operator, values: [time] }) =>
    field === name && time instanceof Date ? [{ operator, at: time.getTime() }] : [],
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
    ...(low.length > 0 && { after: new Date(Math.max(...low)).toISOString() }),
    ...(high.length > 0 && { before: new Date(Math.min(...high)).toISOString() }),
  };
};
