import type { Context } from '../../../domains/accounts/context.ts';
import { readMembers } from '../../../domains/lists/read-members.ts';
import { countedMembership } from '../../../domains/profiles/memberships/deduplicate.ts';
import { memberships } from '../../../domains/profiles/memberships/store.ts';
import { idsOf, type Profile } from '../../../domains/profiles/records/profile.ts';
import { readProfilesById } from '../../../domains/profiles/records/resolve.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { inMemoryQuery, listPage, type Page } from '../../../platform/table/listing/pages.ts';
import { profilesByFilters } from '../profiles/filters.ts';
import { isLookup } from '../profiles/lookup.ts';
import { matches, rangeOfTimes } from '../profiles/range.ts';

export interface Member {
  readonly profile: Profile;
  readonly joinedAt: string;
}

type MemberSelection = Pick<Selection, 'filters' | 'sort' | 'page'>;
type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** Lists one page of a list's members, in the order of joining. */
export const listMembers = async (
  listId: string,
  { filters, sort, page }: MemberSelection,
  context: Deps,
): Promise<Page<Member>> => {
  const descending = sort?.descending ?? false;
  const times = rangeOfTimes(filters, 'joined_group_at');
  if (filters.some(isLookup)) return lookUpMembers(listId, filters, { descending, ...times, ...page }, context);
  const { members, ...cursors } = await readMembers(listId, { descending, ...times, ...page }, context);
  const profileById = await readProfilesById(
    members.map(({ profileId }) => profileId),
    context,
  );
  const firstMembershipIds = await firstMemberships(listId, [...profileById.values()], context);
  return {
    ...cursors,
    items: members.flatMap(({ profileId, joinedAt }) => {
      const profile = profileById.get(profileId);
      const isListed =
        profile && (!firstMembershipIds.has(profile.id) || firstMembershipIds.get(profile.id) === profileId);
      return isListed ? [{ profile, joinedAt }] : [];
    }),
  };
};

/** For people who are on the list with several profiles: the profile under which they are listed. */
const firstMemberships = async (listId: string, people: readonly Profile[], context: Deps) => {
  const mergedPeople = [...new Map(people.map((one) => [one.id, one])).values()].filter(
    ({ sources }) => sources?.length,
  );
  const firstOnes = await membershipsIn(listId, mergedPeople, context);
  return new Map(mergedPeople.map(({ id }, i) => [id, firstOnes[i]?.profileId]));
};

/** The membership under which each person is listed, if any. */
const membershipsIn = async (listId: string, people: readonly Profile[], { account, table }: Deps) => {
  const places = people.map((one) => idsOf(one).map((profileId) => ({ account, listId, profileId })));
  const queue = await table.getMany(memberships, places.flat());
  return places.map(({ length }) => countedMembership(queue.splice(0, length).filter((one) => one !== undefined)));
};

/** Lists the members of the list among a few people. */
const lookUpMembers = async (
  listId: string,
  filters: readonly Filter[],
  listing: { readonly descending: boolean; readonly after?: string; readonly before?: string } & Selection['page'],
  context: Deps,
): Promise<Page<Member>> => {
  const lookupFilters = filters.filter(isLookup);
  const people = (await profilesByFilters(lookupFilters, context)).filter((profile) => matches(profile, lookupFilters));
  const joined = await membershipsIn(listId, people, context);
  const memberByPlace = new Map<string, Member>(
    people.flatMap((profile, i) => {
      const { joinedAt } = joined[i] ?? {};
      return joinedAt === undefined ? [] : [[`${joinedAt}#${profile.id}`, { profile, joinedAt }]];
    }),
  );
  const { items, ...cursors } = await listPage(inMemoryQuery([...memberByPlace.keys()]), {
    partitions: [''],
    ...listing,
  });
  return { ...cursors, items: items.flatMap(({ sk }) => memberByPlace.get(String(sk)) ?? []) };
};
