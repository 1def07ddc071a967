import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import type { PushToken } from '../../../model/push-token.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';

export const PushTokenView = v.partial(
  v.object({
    created: v.string(),
    token: v.string(),
    enablement_status: v.string(),
    platform: v.string(),
    vendor: v.string(),
    background: v.string(),
    recorded_date: v.string(),
    metadata: v.record(v.string(), v.nullable(v.string())),
  }),
);

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

/** `profileId` is the profile that stands for the person now. */
export const pushTokenView = (
  { id, created, token, enablementStatus, platform, vendor, background, recorded, metadata = {} }: PushToken,
  profileId: string,
  context: Pick<Context, 'origin'>,
  fields?: Selection['fields'],
): Resource =>
  resource(
    {
      type: 'push-token',
      id,
      path: '/api/push-tokens',
      attributes: {
        created,
        token,
        enablement_status: enablementStatus,
        platform,
        vendor,
        background,
        recorded_date: recorded,
        metadata: Object.fromEntries(metadataFields.map((name) => [name, metadata[name] ?? null])),
      },
      relationships: { profile: { type: 'profile', id: profileId } },
    },
    context,
    fields,
  );
