import { upsertProfile } from '../../../domains/profiles/actions.ts';
import type { UpsertRules } from '../../../domains/profiles/plan.ts';
import { registerToken } from '../../../domains/profiles/push-tokens/actions.ts';
import { PushTokenBody } from '../../../domains/profiles/push-tokens/body.ts';
import { toInput } from '../../../domains/profiles/records/profile.ts';
import { MAX_CALL_BYTES } from '../../../domains/profiles/records/size.ts';
import { sourceOfCall } from '../../../domains/receipts/source.ts';
import { reply } from '../../../platform/http/route.ts';
import { receiptHeader, receiptHeaderDescription, receivedToken } from '../../receipts.ts';
import { route } from '../protocol.ts';

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
  headers: receiptHeaderDescription,
  errors: ['not_found', 'duplicate_profile', 'erased'],

  async handle({ body: { data } }, context) {
    const { profile: profileResource, ...attributes } = data.attributes;
    const rules: UpsertRules = { onConflict: 'refuse', caller: 'trusted' };
    const { profile } = await upsertProfile(toInput(profileResource.data), rules, context);
    await registerToken({ profileId: profile.id, attributes, caller: 'trusted' }, context);
    const received = receivedToken(attributes, profile.id);
    return reply(undefined, { headers: await receiptHeader(received, sourceOfCall('api', context.caller), context) });
  },
});
