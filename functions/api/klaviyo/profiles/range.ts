import { encodeTime } from 'ulid';
import { idsOf, type Profile } from '../../../domains/profiles/records/profile.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { normalizedValues } from './lookup.ts';

/** The index of a listing, and the fields whose filters limit its range. */
export interface Order {
  readonly by: 'id' | 'updated' | 'email';
  readonly descending: boolean;
  readonly covers: readonly string[];
}

/** Ids contain the time of creation, so that both have the same order. Without a sort, a filter decides the index. */
export const orderOf = ({ filters, sort }: Pick<Selection, 'filters' | 'sort'>): Order => {
  const hasFilter = (field: string) => filters.some((filter) => filter.field === field);
  const field = sort?.field ?? (hasFilter('updated') && !hasFilter('created') ? 'updated' : 'created');
  const descending = sort?.descending ?? false;
  if (field === 'updated') return { by: 'updated', descending, covers: ['updated'] };
  if (field === 'email') return { by: 'email', descending, covers: [] };
  return { by: 'id', descending, covers: ['created'] };
};

/** A profile's position in an order: the sort key of the index. */
export const placeOf = ({ id, email = '', updated }: Profile, by: Order['by']): string => {
  switch (by) {
    case 'id':
      return id;
    case 'updated':
      return `${updated}#${id}`;
    case 'email':
      return `${email}#${id}`;
  }
};

/** The exclusive bounds for the sort keys that time filters set. */
export const rangeOf = (
  filters: readonly Filter[],
  by: Order['by'],
): { readonly after?: string; readonly before?: string } => {
  const bounds = filters.flatMap(({ field, operator, values: [time] }) =>
    field === (by === 'id' ? 'created' : by) && time instanceof Date ? [{ operator, time }] : [],
  );
  const lowerBounds = bounds.flatMap(({ operator, time }) => {
    if (operator === 'greater-than') return [keyBounds(time, by).last];
    return operator === 'greater-or-equal' ? [keyBounds(time, by).first] : [];
  });
  const upperBounds = bounds.flatMap(({ operator, time }) => {
    if (operator === 'less-than') return [keyBounds(time, by).first];
    return operator === 'less-or-equal' ? [keyBounds(time, by).last] : [];
  });
  const after = lowerBounds.sort().at(-1);
  const before = upperBounds.sort()[0];
  return { ...(after !== undefined && { after }), ...(before !== undefined && { before }) };
};

/** The same for sort keys that begin with a time, such as `<ISO time>#<id>`. */
export const rangeOfTimes = (filters: readonly Filter[], field: string) =>
  rangeOf(
    filters.flatMap((filter) => (filter.field === field ? [{ ...filter, field: 'updated' }] : [])),
    'updated',
  );

/** The bounds just before and just after all keys of one millisecond. */
const keyBounds = (time: Date, by: Order['by']): { readonly first: string; readonly last: string } => {
  if (by !== 'id') return { first: time.toISOString(), last: `${time.toISOString()}$` };
  const prefix = encodeTime(Math.max(0, time.getTime()));
  return { first: prefix, last: `${prefix}~` };
};

export const matches = (profile: Profile, filters: readonly Filter[]): boolean =>
  filters.every((filter) => {
    const { field, operator, values } = filter;
    if (field === 'created' || field === 'updated') return compare(profile[field], operator, values[0]);
    // Profiles that were looked up by a token have it.
    if (field === '_kx' || field === 'push_token') return true;
    if (field === 'id') return idsOf(profile).some((id) => values.includes(id));
    if (field !== 'email' && field !== 'phone_number' && field !== 'external_id') return false;
    const accepted = normalizedValues(filter);
    const { [field]: ownValue, aliases = [] } = profile;
    return (
      (ownValue !== undefined && accepted.includes(ownValue)) ||
      aliases.some(({ kind, value }) => kind === field && accepted.includes(value))
    );
  });

const compare = (at: string, operator: Filter['operator'], value: unknown): boolean => {
  if (!(value instanceof Date)) return false;
  const difference = Date.parse(at) - value.getTime();
  if (operator === 'greater-than') return difference > 0;
  if (operator === 'greater-or-equal') return difference >= 0;
  if (operator === 'less-than') return difference < 0;
  return difference <= 0;
};
