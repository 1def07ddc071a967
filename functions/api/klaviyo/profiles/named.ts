import type { Context } from '../../../domains/accounts/context.ts';
import { readProfileByToken } from '../../../domains/profiles/exchange-token.ts';
import { readTokenHolders } from '../../../domains/profiles/push-tokens/actions.ts';
import type { Profile } from '../../../domains/profiles/records/profile.ts';
import { readProfiles } from '../../../domains/profiles/records/resolve.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import { isIdentifier, profilesByIdentifier } from './lookup.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** The profiles that the filters by identifiers and tokens name: all that the tokens hold for, and the first identifier. */
export const profilesByFilters = async (filters: readonly Filter[], context: Deps): Promise<Profile[]> => {
  const byToken = filters.filter(({ field }) => field === '_kx' || field === 'push_token');
  const identified = filters.some(isIdentifier) ? [await profilesByIdentifier(filters, context)] : [];
  const groups = [...identified, ...(await Promise.all(byToken.map((filter) => holdersOfToken(filter, context))))];
  const [first = [], ...others] = groups;
  return first.filter(({ id }) => others.every((group) => group.some((one) => one.id === id)));
};

const holdersOfToken = async ({ field, values }: Filter, context: Deps): Promise<Profile[]> => {
  const tokens = values.map(String);
  if (field === 'push_token') return readProfiles(await readTokenHolders(tokens, context), context);
  const found = await Promise.all(tokens.map((token) => readProfileByToken(token, context)));
  return found.filter((profile) => profile !== undefined);
};
