import { isErasedError } from '../../../domains/erased/actions.ts';
import { upsertProfile } from '../../../domains/profiles/actions.ts';
import type { UpsertRules } from '../../../domains/profiles/plan.ts';
import { readPublicOwners } from '../../../domains/profiles/public-calls.ts';
import {
  registerToken,
  sendDecoyRegistration,
  unregisterToken,
} from '../../../domains/profiles/push-tokens/actions.ts';
import { PushTokenBody, UnregisterBody } from '../../../domains/profiles/push-tokens/body.ts';
import { tokenIdOf } from '../../../domains/profiles/push-tokens/store.ts';
import { toInput } from '../../../domains/profiles/records/profile.ts';
import { MAX_CALL_BYTES } from '../../../domains/profiles/records/size.ts';
import { reply } from '../../../platform/http/route.ts';
import { receiptHeader, receiptHeaderDescription, receivedRemoval, receivedToken } from '../../receipts.ts';
import { route } from '../protocol.ts';

export const createClientPushToken = route({
  method: 'POST',
  path: '/client/push-tokens',
  summary: 'Register a push token from an app',
  description:
    'Called by mobile SDKs when an app starts. Finds or creates the profile as `POST /client/profiles` does. ' +
    'The response is the same for every person. A token of another profile moves to this one, because a device ' +
    'belongs to the person who used it last. Registering a token is not consent to messages.',
  scope: 'public',
  status: 202,
  maxBodyBytes: MAX_CALL_BYTES,
  body: PushTokenBody,
  headers: receiptHeaderDescription,

  async handle({ body: { data } }, context) {
    const { profile: profileResource, ...attributes } = data.attributes;
    const { id: _, ...input } = toInput(profileResource.data);
    const rules: UpsertRules = { onConflict: 'keep', caller: 'public', sendsDecoys: true };
    let profileId: string | undefined;
    try {
      const { profile } = await upsertProfile(input, rules, context);
      await registerToken({ profileId: profile.id, attributes, caller: 'public' }, context);
      profileId = profile.id;
    } catch (error) {
      // An error would reveal that the person was once known here.
      if (!isErasedError(error)) throw error;
      await sendDecoyRegistration(attributes, context);
    }
    return reply(undefined, { headers: await receiptHeader(receivedToken(attributes, profileId), 'client', context) });
  },
});

export const unregisterClientPushToken = route({
  method: 'POST',
  path: '/client/push-token-unregister',
  summary: 'Unregister a push token from an app',
  description:
    'Removes the token from the named profile and changes nothing else. The response is the same for every person, with or without that token.',
  scope: 'public',
  status: 202,
  maxBodyBytes: MAX_CALL_BYTES,
  body: UnregisterBody,
  headers: receiptHeaderDescription,

  async handle({ body: { data } }, context) {
    const { profile: profileResource, ...token } = data.attributes;
    const { owners } = await readPublicOwners(toInput(profileResource.data), context);
    const holder = owners.find(({ owner }) => owner !== undefined);
    const ids = holder?.owner === undefined ? [] : [holder.owner, ...(holder.sources ?? [])];
    await unregisterToken(token, ids, context);
    return reply(undefined, { headers: await receiptHeader(receivedRemoval(tokenIdOf(token)), 'client', context) });
  },
});
