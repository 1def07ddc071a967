import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { MAX_ID_LENGTH, type Profile } from '../../../domains/profiles/records/profile.ts';
import { readProfiles } from '../../../domains/profiles/records/resolve.ts';
import { identifiers } from '../../../domains/profiles/records/store.ts';
import { legacyEmail, spellingsOf } from '../../../model/email.ts';
import { ExternalId, type IdentifierKind, LegacyEmail, PhoneNumber } from '../../../model/identity.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';

const MAX_VALUES = 100;

const schemas = { email: LegacyEmail, phone_number: PhoneNumber, external_id: ExternalId } as const;

export const isIdentifier = ({ field }: Filter): boolean => field === 'id' || Object.hasOwn(schemas, field);

/** Whether a filter selects a few profiles, by identifier or token. */
export const isLookup = (filter: Filter): boolean =>
  isIdentifier(filter) || filter.field === '_kx' || filter.field === 'push_token';

/** An unencoded `+` arrives as a space. Neither e-mail addresses nor the start of a phone number contain spaces. */
const restorePlus: Partial<Record<string, (text: string) => string>> = {
  email: (text) => text.trim().replaceAll(' ', '+'),
  phone_number: (text) => text.replace(/^ (?=\d)/, '+'),
};

/** The values of a filter in their stored form. Invalid identifiers are dropped, since no profile has them. */
export const normalizedValues = ({ field, values }: Filter): string[] => {
  if (field !== 'email' && field !== 'phone_number' && field !== 'external_id') return values.map(String);
  return values.flatMap((value) => {
    const text = restorePlus[field]?.(String(value)) ?? String(value);
    const result = v.safeParse(schemas[field], text);
    if (!result.success) return [];
    const spellings = spellingsOf(field, result.output);
    return field === 'email' ? [...new Set([...spellings, legacyEmail(text)])] : spellings;
  });
};

/** The profiles that the first filter by identifier selects, in no order. */
export const profilesByIdentifier = async (
  filters: readonly Filter[],
  context: Pick<Context, 'account' | 'table'>,
): Promise<Profile[]> => {
  const filter = filters.find(isIdentifier);
  if (!filter) return [];
  if (filter.values.length > MAX_VALUES) {
    throw new ApiError('invalid', {
      detail: `${filter.values.length} values of '${filter.field}'; at most ${MAX_VALUES} can be looked up at once.`,
      source: { parameter: 'filter' },
    });
  }
  const { field } = filter;
  const values = [...new Set(normalizedValues(filter))].filter((value) => value !== '');
  return field === 'email' || field === 'phone_number' || field === 'external_id'
    ? profilesHolding(field, values, context)
    : readProfiles(
        values.filter((id) => id.length <= MAX_ID_LENGTH),
        context,
      );
};

/** The profiles with these identifiers, without duplicates. */
export const profilesHolding = async (
  kind: IdentifierKind,
  values: readonly string[],
  context: Pick<Context, 'account' | 'table'>,
): Promise<Profile[]> => {
  const { account, table } = context;
  const owners = await table.getMany(
    identifiers,
    [...new Set(values.flatMap((value) => spellingsOf(kind, value)))].map((value) => ({ account, kind, value })),
  );
  return readProfiles([...new Set(owners.flatMap((one) => one?.profileId ?? []))], context);
};
