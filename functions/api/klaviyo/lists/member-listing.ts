import type { Context } from '../../../domains/accounts/context.ts';
import { readMembers } from '../../../domains/lists/read-members.ts';
import { countedMembership } from '../../../domains/profiles/memberships/deduplicate.ts';
import { memberships } from '../../../domains/profiles/memberships/store.ts';
import { idsOf, type Profile } from '../../../domains/profiles/records/profile.ts';
import { readProfilesById } from '../../../domains/profiles/records/resolve.ts';
import type { Filter } from '../../../platform/http/query/filter.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { inMemoryQuery, listPage, type Page } from '../../../platform/table/pages.ts';
import { isLookup } from '../profiles/lookup.ts';
import { profilesByFilters } from '../profiles/named.ts';
import { matches, rangeOfTimes } from '../profiles/range.ts';

export interface Member {
  readonly profile: Profile;
  readonly joinedAt: string;
}

type Asked = Pick<Selection, 'filters' | 'sort' | 'page'>;
type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** One page of a list's members, by the time that they joined. */
export const listMembers = async (
  listId: string,
  { filters, sort, page }: Asked,
  context: Deps,
): Promise<Page<Member>> => {
  const descending = sort?.descending ?? false;
  const times = rangeOfTimes(filters, 'joined_group_at');
  if (filters.some(isLookup)) return namedMembers(listId, filters, { descending, ...times, ...page }, context);
  const { members, ...cursors } = await readMembers(listId, { descending, ...times, ...page }, context);
  const found = await readProfilesById(
    members.map(({ profileId }) => profileId),
    context,
  );
  const first = await firstMemberships(listId, [...found.values()], context);
  return {
    ...cursors,
    items: members.flatMap(({ profileId, joinedAt }) => {
      const profile = found.get(profileId);
      const isListed = profile && (!first.has(profile.id) || first.get(profile.id) === profileId);
      return isListed ? [{ profile, joinedAt }] : [];
    }),
  };
};

/** Of people who may be on the list by several profiles, the profile that they are listed by. */
const firstMemberships = async (listId: string, people: readonly Profile[], context: Deps) => {
  const merged = [...new Map(people.map((one) => [one.id, one])).values()].filter(({ sources }) => sources?.length);
  const joined = await membershipsIn(listId, merged, context);
  return new Map(merged.map(({ id }, i) => [id, joined[i]?.profileId]));
};

/** The membership that each is listed by, if any. */
const membershipsIn = async (listId: string, people: readonly Profile[], { account, table }: Deps) => {
  const places = people.map((one) => idsOf(one).map((profileId) => ({ account, listId, profileId })));
  const queue = await table.getMany(memberships, places.flat());
  return places.map(({ length }) => countedMembership(queue.splice(0, length).filter((one) => one !== undefined)));
};

/** Those of a few people who are on the list. */
const namedMembers = async (
  listId: string,
  filters: readonly Filter[],
  listing: { readonly descending: boolean; readonly after?: string; readonly before?: string } & Selection['page'],
  context: Deps,
): Promise<Page<Member>> => {
  const own = filters.filter(isLookup);
  const people = (await profilesByFilters(own, context)).filter((profile) => matches(profile, own));
  const joined = await membershipsIn(listId, people, context);
  const places = new Map<string, Member>(
    people.flatMap((profile, i) => {
      const { joinedAt } = joined[i] ?? {};
      return joinedAt === undefined ? [] : [[`${joinedAt}#${profile.id}`, { profile, joinedAt }]];
    }),
  );
  const { items, ...cursors } = await listPage(inMemoryQuery([...places.keys()]), { partitions: [''], ...listing });
  return { ...cursors, items: items.flatMap(({ sk }) => places.get(String(sk)) ?? []) };
};
