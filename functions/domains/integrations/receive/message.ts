import { gunzipSync, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import type { Services } from '../../../platform/resources/services.ts';

/** The folder of payloads that are too large for a message. */
export const HOOKS = 'hooks/';

/** The largest body. A compressed one of this size fits into a message, or goes to the bucket. */
export const MAX_HOOK_BYTES = 1024 * 1024;

/** SQS takes 256 KB, with everything else in the message. */
const MAX_PAYLOAD = 200 * 1024;

export const HookMessage = v.object({
  account: v.string(),
  integrationId: v.string(),
  /** Our id for the delivery. */
  id: v.string(),
  /** By which repetitions are recognized. */
  key: v.string(),
  topic: v.string(),
  receivedAt: v.string(),
  /** The domain of the shop, if the vendor names it. */
  shop: v.optional(v.string()),
  /** The body, compressed, in Base64. Absent if it is in the bucket. */
  payload: v.optional(v.string()),
  /** How often it has waited for the delivery before it. */
  waits: v.optional(v.number(), 0),
  /** How often the API of its vendor was busy. */
  retries: v.optional(v.number(), 0),
});
export type HookMessage = v.InferOutput<typeof HookMessage>;

type Place = Pick<HookMessage, 'account' | 'id'>;

const fileKey = ({ account, id }: Place): string => `${HOOKS}${account}/${id}.gz`;

/** Puts a body into its message, or beside it. */
export const packPayload = async (
  place: Place,
  bytes: Buffer,
  { imports }: Pick<Services, 'imports'>,
): Promise<Pick<HookMessage, 'payload'>> => {
  const compressed = gzipSync(bytes);
  const payload = compressed.toString('base64');
  if (payload.length <= MAX_PAYLOAD) return { payload };
  await imports().write(fileKey(place), compressed, 'application/gzip');
  return {};
};

/** Reads the body of a message. */
export const unpackPayload = async (
  message: Place & Pick<HookMessage, 'payload'>,
  { imports }: Pick<Services, 'imports'>,
): Promise<Buffer> => {
  if (message.payload !== undefined) return gunzip(Buffer.from(message.payload, 'base64'));
  const parts: Buffer[] = [];
  for await (const part of await imports().read(fileKey(message), { start: 0 })) parts.push(Buffer.from(part));
  return gunzip(Buffer.concat(parts));
};

const gunzip = (bytes: Buffer): Buffer => gunzipSync(bytes, { maxOutputLength: MAX_HOOK_BYTES });

/** Removes the body of a message that was processed, where it is in the bucket. */
export const removePayload = async (
  message: Place & Pick<HookMessage, 'payload'>,
  { imports }: Pick<Services, 'imports'>,
): Promise<void> => {
  if (message.payload === undefined) await imports().remove(fileKey(message));
};
