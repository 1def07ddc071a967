import * as v from 'valibot';
import { boundedArray } from '../platform/validation/bounded-array.ts';
import { Text } from '../platform/validation/text.ts';

const MAX_TOKEN_LENGTH = 4_096;
const MAX_TOKENS = 100;

const text = v.nullish(v.pipe(Text, v.maxLength(1_000, 'Longer than 1,000 characters.')));
const oneOf = <const Options extends readonly string[]>(...options: Options) => v.nullish(v.picklist(options));

/** Of an app on a device, as Klaviyo's SDKs tell it (revision 2026-07-15). */
const DeviceMetadata = v.object({
  device_id: text,
  klaviyo_sdk: oneOf('android', 'flutter', 'flutter_community', 'react_native', 'swift'),
  sdk_version: text,
  device_model: text,
  os_name: oneOf('android', 'ios', 'ipados', 'macos', 'tvos'),
  os_version: text,
  manufacturer: text,
  app_name: text,
  app_version: text,
  app_build: text,
  app_id: text,
  environment: oneOf('debug', 'release'),
});

export const platforms = ['android', 'ios'] as const;
export const enablementStatuses = ['AUTHORIZED', 'DENIED', 'NOT_DETERMINED', 'PROVISIONAL', 'UNAUTHORIZED'] as const;

const Token = v.pipe(
  Text,
  v.nonEmpty('The push token is empty.'),
  v.maxLength(MAX_TOKEN_LENGTH, `A push token has at most ${MAX_TOKEN_LENGTH} characters.`),
);
const Platform = v.picklist(platforms);

/** Where the app asks that messages be sent for it. */
export const PushTokenAttributes = v.object({
  token: Token,
  platform: Platform,
  vendor: v.picklist(['apns', 'fcm']),
  enablement_status: v.nullish(v.picklist(enablementStatuses)),
  background: v.nullish(v.picklist(['AVAILABLE', 'DENIED', 'RESTRICTED'])),
  device_metadata: v.nullish(DeviceMetadata),
});
export type PushTokenAttributes = v.InferOutput<typeof PushTokenAttributes>;

/** Which token an app gives up. */
export const UnregisteredToken = v.object({
  token: Token,
  platform: Platform,
  vendor: v.nullish(v.picklist(['apns', 'fcm'])),
});

/** Those that a subscription to push messages brings. */
export const PushTokens = v.nullish(
  boundedArray(PushTokenAttributes, {
    max: MAX_TOKENS,
    tooMany: (count) => `${count} push tokens; at most ${MAX_TOKENS} are taken.`,
  }),
);

/** As stored, with the profile that it is of. */
export const PushToken = v.object({
  account: v.string(),
  profileId: v.string(),
  id: v.string(),
  token: v.string(),
  platform: Platform,
  vendor: v.string(),
  enablementStatus: v.picklist(enablementStatuses),
  background: v.string(),
  metadata: v.optional(v.record(v.string(), v.string())),
  created: v.string(),
  /** When it was last registered. */
  recorded: v.string(),
});
export type PushToken = v.InferOutput<typeof PushToken>;
