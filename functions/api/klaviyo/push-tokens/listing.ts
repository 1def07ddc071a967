import type { Context } from '../../../domains/accounts/context.ts';
import { readTokens } from '../../../domains/profiles/push-tokens/actions.ts';
import { pushTokens, tokenOwners, tokenPartitions } from '../../../domains/profiles/push-tokens/store.ts';
import { idsOf } from '../../../domains/profiles/records/profile.ts';
import { findProfile, readProfilesById } from '../../../domains/profiles/records/resolve.ts';
import type { PushToken } from '../../../model/push-token.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { inMemoryQuery, listPage, type Page } from '../../../platform/table/listing/pages.ts';
import type { TokenWithProfile } from '../views/push-token.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/**
 * Lists one page of push tokens, oldest first. Filters by profile or id are looked up. Other listings follow an index,
 * which lags by about a second: a page may then be short and still have a next one.
 */
export const listTokens = async (
  { filters, page }: Pick<Selection, 'filters' | 'page'>,
  context: Deps,
): Promise<Page<TokenWithProfile>> => {
  const matchesFilters = (token: PushToken): boolean =>
    filters.every(({ field, values: [value] }) => {
      switch (field) {
        case 'enablement_status':
          return token.enablementStatus === value;
        case 'platform':
          return token.platform === value;
        case 'id':
          return token.id === value;
        default:
          return true;
      }
    });
  const valueFor = (name: string) => filters.find(({ field }) => field === name)?.values[0];
  const [id, profileId] = [valueFor('id'), valueFor('profile.id')].map((value) =>
    value === undefined ? undefined : String(value),
  );
  if (profileId !== undefined || id !== undefined) {
    const lookedUp = (await lookUpTokens({ id, profileId }, context)).filter(({ token }) => matchesFilters(token));
    const tokenByPlace = new Map(lookedUp.map((one) => [placeOf(one.token), one]));
    const { items, ...cursors } = await listPage(inMemoryQuery([...tokenByPlace.keys()]), {
      partitions: [''],
      descending: false,
      ...page,
    });
    return { ...cursors, items: items.flatMap(({ sk }) => tokenByPlace.get(String(sk)) ?? []) };
  }
  const { items, ...cursors } = await listPage(context.table, {
    index: 'gsi1',
    partitions: tokenPartitions(context.account),
    descending: false,
    ...page,
  });
  const places = items.map(({ gsi1sk }) => String(gsi1sk).split('#'));
  const stored = await context.table.getMany(
    pushTokens,
    places.map(([, of = '', token = '']) => ({ account: context.account, profileId: of, id: token })),
  );
  const tokens = stored.flatMap((token) => (token && matchesFilters(token) ? [token] : []));
  return { ...cursors, items: await withProfiles(tokens, context) };
};

const placeOf = ({ created, profileId, id }: PushToken): string => `${created}#${profileId}#${id}`;

const lookUpTokens = async (
  { id, profileId }: { readonly id: string | undefined; readonly profileId: string | undefined },
  context: Deps,
): Promise<TokenWithProfile[]> => {
  const owner =
    profileId ?? (await context.table.get(tokenOwners, { account: context.account, id: id ?? '' }))?.profileId;
  const profile = owner === undefined ? undefined : await findProfile(owner, context);
  if (!profile) return [];
  return (await readTokens(idsOf(profile), context)).map((token) => ({ id: token.id, token, profile }));
};

/** Adds each token's profile. Drops tokens whose profile was just deleted. */
const withProfiles = async (tokens: readonly PushToken[], context: Deps): Promise<TokenWithProfile[]> => {
  const profileById = await readProfilesById([...new Set(tokens.map(({ profileId }) => profileId))], context);
  return tokens.flatMap((token) => {
    const profile = profileById.get(token.profileId);
    return profile ? [{ id: token.id, token, profile }] : [];
  });
};
