import { encodeTime } from 'ulid';
import { idsOf, type Profile } from '../../../domains/profiles/records/profile.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { normalizedValues } from './lookup.ts';

/** The index that a list goes along, and the fields whose filters are ends of its range. */
export interface Order {
  readonly by: 'id' | 'updated' | 'email';
  readonly descending: boolean;
  readonly covers: readonly string[];
}

/** Ids are made of the time of creation, so both have one order. Without a sort, the index that a filter needs. */
export const orderOf = ({ filters, sort }: Pick<Selection, 'filters' | 'sort'>): Order => {
  const filtered = (field: string) => filters.some((filter) => filter.field === field);
  const field = sort?.field ?? (filtered('updated') && !filtered('created') ? 'updated' : 'created');
  const descending = sort?.descending ?? false;
  if (field === 'updated') return { by: 'updated', descending, covers: ['updated'] };
  if (field === 'email') return { by: 'email', descending, covers: [] };
  return { by: 'id', descending, covers: ['created'] };
};

/** A profile's place in an order: what the sort key of its index is. */
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

/** The exclusive ends that filters by time set to the sort keys of an index. */
export const rangeOf = (
  filters: readonly Filter[],
  by: Order['by'],
): { readonly after?: string; readonly before?: string } => {
  const ends = filters.flatMap(({ field, operator, values: [time] }) =>
    field === (by === 'id' ? 'created' : by) && time instanceof Date ? [{ operator, time }] : [],
  );
  const low = ends.flatMap(({ operator, time }) => {
    if (operator === 'greater-than') return [keysOf(time, by).last];
    return operator === 'greater-or-equal' ? [keysOf(time, by).first] : [];
  });
  const high = ends.flatMap(({ operator, time }) => {
    if (operator === 'less-than') return [keysOf(time, by).first];
    return operator === 'less-or-equal' ? [keysOf(time, by).last] : [];
  });
  const after = low.sort().at(-1);
  const before = high.sort()[0];
  return { ...(after !== undefined && { after }), ...(before !== undefined && { before }) };
};

/** The same for places that begin with a time, such as `<ISO time>#<id>`. */
export const rangeOfTimes = (filters: readonly Filter[], field: string) =>
  rangeOf(
    filters.flatMap((filter) => (filter.field === field ? [{ ...filter, field: 'updated' }] : [])),
    'updated',
  );

/** What sorts just before and just after all keys of one millisecond. */
const keysOf = (time: Date, by: Order['by']): { readonly first: string; readonly last: string } => {
  if (by !== 'id') return { first: time.toISOString(), last: `${time.toISOString()}$` };
  const prefix = encodeTime(Math.max(0, time.getTime()));
  return { first: prefix, last: `${prefix}~` };
};

export const matches = (profile: Profile, filters: readonly Filter[]): boolean =>
  filters.every((filter) => {
    const { field, operator, values } = filter;
    if (field === 'created' || field === 'updated') return compare(profile[field], operator, values[0]);
    // A person who is looked up by a token holds it.
    if (field === '_kx' || field === 'push_token') return true;
    if (field === 'id') return idsOf(profile).some((id) => values.includes(id));
    if (field !== 'email' && field !== 'phone_number' && field !== 'external_id') return false;
    const wanted = normalizedValues(filter);
    const { [field]: own, aliases = [] } = profile;
    return (
      (own !== undefined && wanted.includes(own)) ||
      aliases.some(({ kind, value }) => kind === field && wanted.includes(value))
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
