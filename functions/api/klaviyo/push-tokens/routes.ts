import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { upsertProfile } from '../../../domains/profiles/actions.ts';
import { deleteToken, findToken, readTokens, registerToken } from '../../../domains/profiles/push-tokens/actions.ts';
import { PushTokenBody } from '../../../domains/profiles/push-tokens/body.ts';
import { idsOf, toInput } from '../../../domains/profiles/records/profile.ts';
import { findProfile } from '../../../domains/profiles/records/resolve.ts';
import { MAX_CALL_BYTES } from '../../../domains/profiles/records/size.ts';
import { enablementStatuses, platforms } from '../../../model/push-token.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  identifiersSchema,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { profileReading, profileResource, profileResources } from '../views/answer.ts';
import { ProfileView } from '../views/profile.ts';
import { PushTokenView, pushTokenView } from '../views/push-token.ts';
import { listTokens } from './listing.ts';

const fields = { 'push-token': PushTokenView, profile: ProfileView };

export const createPushToken = route({
  method: 'POST',
  path: '/api/push-tokens',
  summary: 'Register a push token of a profile',
  description:
    'Creates the profile if there is none. A token of another profile moves to this one, because a device ' +
    'belongs to the person who used it last. Tributary sends nothing to the token, and registering it is not ' +
    'consent.',
  scope: 'push-tokens:write',
  status: 202,
  maxBodyBytes: MAX_CALL_BYTES,
  body: PushTokenBody,
  errors: ['not_found', 'duplicate_profile', 'erased'],

  async handle({ body: { data } }, context) {
    const { profile: named, ...attributes } = data.attributes;
    const rules = { onConflict: 'refuse', caller: 'trusted' } as const;
    const { profile } = await upsertProfile(toInput(named.data), rules, context);
    await registerToken({ profileId: profile.id, attributes, caller: 'trusted' }, context);
    return undefined;
  },
});

export const getPushTokens = route({
  method: 'GET',
  path: '/api/push-tokens',
  summary: 'List push tokens',
  description:
    'Oldest first. The list lags by about a second; filters by `id` or `profile.id` are always current. A page may be short and still have a next page.',
  scope: 'push-tokens:read',
  status: 200,
  reading: {
    fields,
    include: ['profile'],
    filters: {
      id: { operators: ['equals'] },
      'profile.id': { operators: ['equals'] },
      enablement_status: { operators: ['equals'], oneOf: enablementStatuses },
      platform: { operators: ['equals'], oneOf: platforms },
    },
    page: { default: 20, max: 100 },
  },
  result: collectionSchema('push-token', PushTokenView),

  async handle({ selection }, context) {
    const { items, ...cursors } = await listTokens(selection, context);
    const data = items.map(({ token, profile }) => pushTokenView(token, profile.id, context, selection.fields));
    const profiles = [...new Map(items.map(({ profile }) => [profile.id, profile])).values()];
    const included = selection.include.length > 0 ? await profileResources(profiles, selection, context) : undefined;
    return collectionDocument({ ...cursors, items: data }, context, included);
  },
});

export const getPushToken = route({
  method: 'GET',
  path: '/api/push-tokens/{id}',
  summary: 'Get a push token',
  scope: 'push-tokens:read',
  status: 200,
  reading: { fields, include: ['profile'] },
  result: documentSchema('push-token', PushTokenView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const { token, profile } = await tokenWithProfile(params.id, context);
    const included = selection.include.length > 0 ? await profileResources([profile], selection, context) : undefined;
    return resourceDocument(pushTokenView(token, profile.id, context, selection.fields), included);
  },
});

export const deletePushToken = route({
  method: 'DELETE',
  path: '/api/push-tokens/{id}',
  summary: 'Delete a push token',
  description: 'The profile and its consent do not change.',
  scope: 'push-tokens:write',
  status: 204,
  errors: ['not_found'],

  async handle({ params }, context) {
    await deleteToken(params.id, context);
    return undefined;
  },
});

export const getProfileForPushToken = route({
  method: 'GET',
  path: '/api/push-tokens/{id}/profile',
  summary: 'Get the profile of a push token',
  scope: 'profiles:read',
  status: 200,
  reading: profileReading,
  result: documentSchema('profile', ProfileView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const { profile } = await tokenWithProfile(params.id, context);
    return resourceDocument(await profileResource(profile, selection, context));
  },
});

export const getProfileIdForPushToken = route({
  method: 'GET',
  path: '/api/push-tokens/{id}/relationships/profile',
  summary: 'Get the id of the profile of a push token',
  scope: 'push-tokens:read',
  status: 200,
  result: v.object({
    data: v.object({ type: v.literal('profile'), id: v.string() }),
    links: v.object({ self: v.string() }),
  }),
  errors: ['not_found'],

  async handle({ params }, context) {
    const { profile } = await tokenWithProfile(params.id, context);
    return { data: { type: 'profile', id: profile.id }, links: { self: new URL(context.url, context.origin).href } };
  },
});

export const getPushTokensForProfile = route({
  method: 'GET',
  path: '/api/profiles/{id}/push-tokens',
  summary: 'Get the push tokens of a profile',
  scope: 'profiles:read',
  status: 200,
  reading: { fields: { 'push-token': PushTokenView } },
  result: collectionSchema('push-token', PushTokenView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    return collectionDocument({ items: await tokensOfProfile(params.id, selection.fields, context) }, context);
  },
});

export const getPushTokenIdsForProfile = route({
  method: 'GET',
  path: '/api/profiles/{id}/relationships/push-tokens',
  summary: 'Get the ids of the push tokens of a profile',
  scope: 'profiles:read',
  status: 200,
  result: identifiersSchema('push-token'),
  errors: ['not_found'],

  async handle({ params }, context) {
    const tokens = await tokensOfProfile(params.id, undefined, context);
    return collectionDocument({ items: tokens.map(({ type, id }) => ({ type, id })) }, context);
  },
});

const tokensOfProfile = async (id: string, asked: Selection['fields'] | undefined, context: Context) => {
  const profile = await findProfile(id, context);
  const tokens = await readTokens(idsOf(profile), context);
  return tokens.map((token) => pushTokenView(token, profile.id, context, asked));
};

const tokenWithProfile = async (id: string, context: Context) => {
  const token = await findToken(id, context);
  return { token, profile: await findProfile(token.profileId, context) };
};
