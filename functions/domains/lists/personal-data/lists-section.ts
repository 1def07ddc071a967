import { sectionOfRecords } from '../../../model/personal-data/section.ts';
import { readMemberships } from '../../profiles/memberships/deduplicate.ts';
import { findLists } from '../actions.ts';

export const lists = sectionOfRecords(
  {
    name: 'lists',
    order: 50,
    title: 'Lists',
    about: 'The lists that you are on, and since when. Being on a list is not consent to messages.',
    columns: ['name', 'joined_at', 'list_id', 'profile_id'],
  },
  async ({ profileIds }, context) => {
    const joined = await readMemberships(profileIds, context);
    const ids = [...new Set(joined.map(({ listId }) => listId))];
    const names = new Map((await findLists(ids, context)).map(({ id, name }) => [id, name]));
    return joined.map(({ listId, joinedAt, profileId }) => ({
      list_id: listId,
      name: names.get(listId) ?? null,
      joined_at: joinedAt,
      profile_id: profileId,
    }));
  },
);
