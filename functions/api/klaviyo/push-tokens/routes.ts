import type { Context } from '../../../domains/accounts/context.ts';
import { upsertProfile } from '../../../domains/profiles/actions.ts';
import { readTokens, registerToken } from '../../../domains/profiles/push-tokens/actions.ts';
import { PushTokenBody } from '../../../domains/profiles/push-tokens/body.ts';
import { idsOf, toInput } from '../../../domains/profiles/records/profile.ts';
import { findProfile } from '../../../domains/profiles/records/resolve.ts';
import { MAX_CALL_BYTES } from '../../../domains/profiles/records/size.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { collectionDocument, collectionSchema, identifiersSchema } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { pushTokenView } from '../views/push-token.ts';

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

export const getPushTokensForProfile = route({
  method: 'GET',
  path: '/api/profiles/{id}/push-tokens',
  summary: 'Get the push tokens of a profile',
  scope: 'profiles:read',
  status: 200,
  reading: { fields: { 'push-token': pushTokenView.schema } },
  result: collectionSchema('push-token', pushTokenView.schema),
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
  return tokens.map((token) => pushTokenView.show({ id: token.id, token, profile }, context, asked));
};
