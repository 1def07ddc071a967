import type { Context } from '../context.ts';
import type { Filter } from '../http/filter.ts';
import type { Page } from '../http/jsonapi.ts';
import type { Selection } from '../http/reading.ts';
import { isLookup, namedIn } from '../profiles/lookup.ts';
import type { Profile } from '../profiles/profile.ts';
import { matches, rangeOfTimes } from '../profiles/range.ts';
import { profilesById } from '../profiles/resolve.ts';
import { areNamed, listPage } from '../table/pages.ts';
import { membersOf } from './members.ts';
import { memberships } from './store.ts';

export interface Member {
  readonly profile: Profile;
  readonly joinedAt: string;
}

type Asked = Pick<Selection, 'filters' | 'sort' | 'page'>;
type Reach = Pick<Context, 'account' | 'table'>;

/** One page of a list's members, by the time that they joined. */
export const listMembers = async (
  listId: string,
  { filters, sort, page }: Asked,
  context: Reach,
): Promise<Page<Member>> => {
  const descending = sort?.descending ?? false;
  const times = rangeOfTimes(filters, 'joined_group_at');
  if (filters.some(isLookup)) return namedMembers(listId, filters, { descending, ...times, ...page }, context);
  const { members, ...cursors } = await membersOf(listId, { descending, ...times, ...page }, context);
  const found = await profilesById(
    members.map(({ profileId }) => profileId),
    context,
  );
  return {
    ...cursors,
    items: members.flatMap(({ profileId, joinedAt }) => {
      const profile = found.get(profileId);
      return profile ? [{ profile, joinedAt }] : [];
    }),
  };
};

/** Those of a few people who are on the list. */
const namedMembers = async (
  listId: string,
  filters: readonly Filter[],
  listing: { readonly descending: boolean; readonly after?: string; readonly before?: string } & Selection['page'],
  context: Reach,
): Promise<Page<Member>> => {
  const { account, table } = context;
  const own = filters.filter(isLookup);
  const people = (await namedIn(own, context)).filter((profile) => matches(profile, own));
  const joined = await table.getMany(
    memberships,
    people.map(({ id }) => ({ account, listId, profileId: id })),
  );
  const places = new Map<string, Member>(
    people.flatMap((profile, i) => {
      const { joinedAt } = joined[i] ?? {};
      return joinedAt === undefined ? [] : [[`${joinedAt}#${profile.id}`, { profile, joinedAt }]];
    }),
  );
  const { items, ...cursors } = await listPage(areNamed([...places.keys()]), { partitions: [''], ...listing });
  return { ...cursors, items: items.flatMap(({ sk }) => places.get(String(sk)) ?? []) };
};
