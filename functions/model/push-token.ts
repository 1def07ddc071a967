import * as v from 'valibot';
import { boundedArray } from '../platform/validation/bounded-array.ts';
import { Text } from '../platform/validation/text.ts';

const MAX_TOKEN_LENGTH = 4_096;
const MAX_TOKENS = 100;

const text = v.nullish(v.pipe(Text, v.maxLength(1_000, 'Longer than 1,000 characters.')));
const oneOf = <const Options extends readonly string[]>(...options: Options) => v.nullish(v.picklist(options));

/** The metadata of an app on a device, as Klaviyo's SDKs send it (revision 2026-07-15). */
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

/** The registration of a push token by an app. */
export const PushTokenAttributes = v.object({
  token: Token,
  platform: Platform,
  vendor: v.picklist(['apns', 'fcm']),
  enablement_status: v.nullish(v.picklist(enablementStatuses)),
  background: v.nullish(v.picklist(['AVAILABLE', 'DENIED', 'RESTRICTED'])),
  device_metadata: v.nullish(DeviceMetadata),
});
export type PushTokenAttributes = v.InferOutput<typeof PushTokenAttributes>;

/** The push token that an app unregisters. */
export const UnregisteredToken = v.object({
  token: Token,
  platform: Platform,
  vendor: v.nullish(v.picklist(['apns', 'fcm'])),
});

/** The push tokens in a subscription to push messages. */
export const PushTokens = v.nullish(
  boundedArray(PushTokenAttributes, {
    max: MAX_TOKENS,
    tooMany: (count) => `${count} push tokens; at most ${MAX_TOKENS} are allowed.`,
  }),
);

/** A stored push token with its profile. */
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
  /** When the token was last registered. */
  recorded: v.string(),
});
export type PushToken = v.InferOutput<typeof PushToken>;
