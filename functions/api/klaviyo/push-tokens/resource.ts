import { deleteToken, getToken } from '../../../domains/profiles/push-tokens/actions.ts';
import type { Profile } from '../../../domains/profiles/records/profile.ts';
import { getProfile } from '../../../domains/profiles/records/resolve.ts';
import { sourceOfCall } from '../../../domains/receipts/source.ts';
import { enablementStatuses, platforms } from '../../../model/push-token.ts';
import { reply } from '../../../platform/http/route.ts';
import { receiptHeader, receiptHeaderDescription, receivedRemoval } from '../../receipts.ts';
import { defineResource, toOne } from '../resource.ts';
import { ProfileView } from '../views/profile.ts';
import { profileQueryOptions, profileResources } from '../views/profile-resources.ts';
import { pushTokenView, type TokenWithProfile } from '../views/push-token.ts';
import { listTokens } from './listing.ts';

const profileOfToken = toOne({
  type: 'profile',
  noun: { one: 'profile', many: 'profiles' },
  schema: ProfileView,
  isRequired: true,
  isIncludable: true,
  read: async (tokens: readonly TokenWithProfile[]) => new Map(tokens.map(({ id, profile }) => [id, profile])),
  show: (profiles: readonly Profile[], selection, context) => profileResources(profiles, selection, context),
  idOf: ({ id }) => id,
  related: {
    operation: 'getProfileForPushToken',
    scope: 'profiles:read',
    additionalFields: profileQueryOptions.additionalFields,
  },
  ids: { operation: 'getProfileIdForPushToken' },
});

export const routes = defineResource({
  view: pushTokenView,
  noun: { one: 'push token', many: 'push tokens' },
  scope: 'push-tokens',

  async getOne(id, context): Promise<TokenWithProfile> {
    const token = await getToken(id, context);
    return { id: token.id, token, profile: await getProfile(token.profileId, context) };
  },

  list: {
    operation: 'getPushTokens',
    description:
      'Oldest first. The list lags by about a second; filters by `id` or `profile.id` are always current. A page may be short and still have a next page.',
    filters: {
      id: { operators: ['equals'] },
      'profile.id': { operators: ['equals'] },
      enablement_status: { operators: ['equals'], oneOf: enablementStatuses },
      platform: { operators: ['equals'], oneOf: platforms },
    },
    page: { default: 20, max: 100 },
    read: listTokens,
  },

  get: { operation: 'getPushToken' },

  delete: {
    operation: 'deletePushToken',
    description: 'The profile and its consent do not change.',
    headers: receiptHeaderDescription,
    run: async (id, context) => {
      await deleteToken(id, context);
      const source = sourceOfCall('api', context.caller);
      return reply(undefined, { headers: await receiptHeader(receivedRemoval(id), source, context) });
    },
  },

  relationships: { profile: profileOfToken },
});
