import type { Context } from '../../../domains/accounts/context.ts';
import { readTokens } from '../../../domains/profiles/push-tokens/actions.ts';
import { pushTokens, tokenOwners, tokenPartitions } from '../../../domains/profiles/push-tokens/store.ts';
import { idsOf } from '../../../domains/profiles/records/profile.ts';
import { readProfile, readProfilesById } from '../../../domains/profiles/records/resolve.ts';
import type { PushToken } from '../../../model/push-token.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { inMemoryQuery, listPage, type Page } from '../../../platform/table/pages.ts';
import type { TokenOfPerson } from '../views/push-token.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/**
 * One page of push tokens, oldest first. Those of one profile or with one id are looked up; others are read along an
 * index, up to date within about a second: a page may then be short, and still have a next one.
 */
export const listTokens = async (
  { filters, page }: Pick<Selection, 'filters' | 'page'>,
  context: Deps,
): Promise<Page<TokenOfPerson>> => {
  const isMatch = (token: PushToken): boolean =>
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
    const found = (await tokensNamed({ id, profileId }, context)).filter(({ token }) => isMatch(token));
    const places = new Map(found.map((one) => [placeOf(one.token), one]));
    const { items, ...cursors } = await listPage(inMemoryQuery([...places.keys()]), {
      partitions: [''],
      descending: false,
      ...page,
    });
    return { ...cursors, items: items.flatMap(({ sk }) => places.get(String(sk)) ?? []) };
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
  const tokens = stored.flatMap((token) => (token && isMatch(token) ? [token] : []));
  return { ...cursors, items: await withProfiles(tokens, context) };
};

const placeOf = ({ created, profileId, id }: PushToken): string => `${created}#${profileId}#${id}`;

const tokensNamed = async (
  { id, profileId }: { readonly id: string | undefined; readonly profileId: string | undefined },
  context: Deps,
): Promise<TokenOfPerson[]> => {
  const owner =
    profileId ?? (await context.table.get(tokenOwners, { account: context.account, id: id ?? '' }))?.profileId;
  const profile = owner === undefined ? undefined : await readProfile(owner, context);
  if (!profile) return [];
  return (await readTokens(idsOf(profile), context)).map((token) => ({ id: token.id, token, profile }));
};

/** Without those whose profile has just gone. */
const withProfiles = async (tokens: readonly PushToken[], context: Deps): Promise<TokenOfPerson[]> => {
  const found = await readProfilesById([...new Set(tokens.map(({ profileId }) => profileId))], context);
  return tokens.flatMap((token) => {
    const profile = found.get(token.profileId);
    return profile ? [{ id: token.id, token, profile }] : [];
  });
};
