import * as v from 'valibot';
import type { Profile } from '../../../domains/profiles/records/profile.ts';
import type { PushToken } from '../../../model/push-token.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

/** A push token with the profile that stands for its person now. */
export interface TokenWithProfile {
  readonly id: string;
  readonly token: PushToken;
  readonly profile: Profile;
}

const metadataFields = [
  'device_id',
  'klaviyo_sdk',
  'sdk_version',
  'device_model',
  'os_name',
  'os_version',
  'manufacturer',
  'app_name',
  'app_version',
  'app_build',
  'app_id',
  'environment',
] as const;

export const pushTokenView = defineView({
  type: 'push-token',
  path: '/api/push-tokens',
  entries: {
    created: v.string(),
    token: v.string(),
    enablement_status: v.string(),
    platform: v.string(),
    vendor: v.string(),
    background: v.string(),
    recorded_date: v.string(),
    metadata: v.record(v.string(), v.nullable(v.string())),
  },
  attributes: ({ token: { metadata = {}, ...token } }: TokenWithProfile) => ({
    created: token.created,
    token: token.token,
    enablement_status: token.enablementStatus,
    platform: token.platform,
    vendor: token.vendor,
    background: token.background,
    recorded_date: token.recorded,
    metadata: Object.fromEntries(metadataFields.map((name) => [name, metadata[name] ?? null])),
  }),
  relationships: ({ profile }) => ({ profile: { type: 'profile', id: profile.id } }),
});
