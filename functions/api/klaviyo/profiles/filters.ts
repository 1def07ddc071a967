import type { Context } from '../../../domains/accounts/context.ts';
import { findProfileByToken } from '../../../domains/profiles/exchange-token.ts';
import { readTokenHolders } from '../../../domains/profiles/push-tokens/actions.ts';
import type { Profile } from '../../../domains/profiles/records/profile.ts';
import { readProfiles } from '../../../domains/profiles/records/resolve.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import { isIdentifier, profilesByIdentifier } from './lookup.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** The profiles that match the first filter by identifier and all filters by token. */
export const profilesByFilters = async (filters: readonly Filter[], context: Deps): Promise<Profile[]> => {
  const tokenFilters = filters.filter(({ field }) => field === '_kx' || field === 'push_token');
  const identifierGroups = filters.some(isIdentifier) ? [await profilesByIdentifier(filters, context)] : [];
  const groups = [
    ...identifierGroups,
    ...(await Promise.all(tokenFilters.map((filter) => profilesByToken(filter, context)))),
  ];
  const [first = [], ...others] = groups;
  return first.filter(({ id }) => others.every((group) => group.some((one) => one.id === id)));
};

const profilesByToken = async ({ field, values }: Filter, context: Deps): Promise<Profile[]> => {
  const tokens = values.map(String);
  if (field === 'push_token') return readProfiles(await readTokenHolders(tokens, context), context);
  const profiles = await Promise.all(tokens.map((token) => findProfileByToken(token, context)));
  return profiles.filter((profile) => profile !== undefined);
};
