import * as v from 'valibot';
import { PushTokenAttributes, UnregisteredToken } from '../../../model/push-token.ts';
import { ProfileResource } from '../records/profile.ts';

const profile = v.object({ data: ProfileResource });

export const PushTokenBody = v.object({
  data: v.object({
    type: v.literal('push-token'),
    attributes: v.object({ ...PushTokenAttributes.entries, profile }),
  }),
});

export const UnregisterBody = v.object({
  data: v.object({
    type: v.literal('push-token-unregister'),
    attributes: v.object({ ...UnregisteredToken.entries, profile }),
  }),
});
