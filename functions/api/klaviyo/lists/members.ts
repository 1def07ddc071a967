import * as v from 'valibot';
import { dropMembers, joinMembers } from '../../../domains/lists/actions.ts';
import type { List } from '../../../domains/lists/list.ts';
import { profileBytes } from '../../../domains/profiles/records/profile.ts';
import { readProfilesById } from '../../../domains/profiles/records/resolve.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { entryReceiptDescription } from '../consent/entry-receipts.ts';
import { toMany } from '../resource.ts';
import { ProfileView } from '../views/profile.ts';
import { profileQueryOptions, profileResources } from '../views/profile-resources.ts';
import { listMembers, type Member } from './member-listing.ts';
import { replyWithReceipts } from './member-receipts.ts';

const description =
  'Oldest membership first by default. The list lags by about a second; filters by identifier are always current. A page may be short and still have a next page.';

/** The profiles on a list. */
export const members = toMany({
  type: 'profile',
  noun: { one: 'profile', many: 'profiles' },
  schema: v.object({ ...ProfileView.entries, joined_group_at: v.optional(v.string()) }),
  reading: {
    filters: {
      email: { operators: ['equals', 'any'] },
      phone_number: { operators: ['equals', 'any'] },
      push_token: { operators: ['equals', 'any'] },
      _kx: { operators: ['equals'] },
      joined_group_at: {
        operators: ['greater-than', 'greater-or-equal', 'less-than', 'less-or-equal'],
        value: 'time',
      },
    },
    sorts: ['joined_group_at'],
    page: { default: 20, max: 100 },
  },
  read: (list: List, selection, context) => listMembers(list.id, selection, context),
  idOf: ({ profile }: Member) => profile.id,

  show(related, selection, context) {
    const attributesByProfile = related.map(
      ({ profile, joinedAt }) => [profile.id, { joined_group_at: withUtcOffset(joinedAt) }] as const,
    );
    const profiles = related.map(({ profile }) => profile);
    return profileResources(profiles, { ...selection, extra: new Map(attributesByProfile) }, context);
  },

  related: {
    operation: 'getProfilesForList',
    summary: 'Get the profiles on a list',
    description,
    additionalFields: profileQueryOptions.additionalFields,
    bytesOf: ({ profile }) => profileBytes(profile),
  },
  ids: { operation: 'getProfileIdsForList', summary: 'Get the ids of the profiles on a list', description },
  changes: {
    max: 1_000,
    find: readProfilesById,
    add: {
      operation: 'addProfilesToList',
      description: 'Membership is not consent. A profile that is on the list already keeps its date of joining.',
      headers: entryReceiptDescription,
      async run({ id: listId }, profileIds, context) {
        const at = context.now();
        const joins = profileIds.map((profileId) => ({ profileId, at }));
        const { joined: changed } = await joinMembers(listId, joins, context);
        return replyWithReceipts({ listId, profileIds, changed, to: 'joined' }, context);
      },
    },
    remove: {
      operation: 'removeProfilesFromList',
      description: 'The consent of the profiles does not change. Profiles that are not on the list are no error.',
      headers: entryReceiptDescription,
      async run({ id: listId }, profileIds, context) {
        const changed = await dropMembers(listId, profileIds, context);
        return replyWithReceipts({ listId, profileIds, changed, to: 'left' }, context);
      },
    },
  },
});
