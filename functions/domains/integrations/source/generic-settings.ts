import * as v from 'valibot';
import { Text } from '../../../platform/validation/text.ts';

const MAX_MAPPING = 16 * 1024;

const HeaderName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9-]{1,64}$/, 'The name of a header has letters, digits and hyphens, at most 64.'),
  v.toLowerCase(),
);

/** How an unknown system signs. */
const SignatureSettings = v.variant('kind', [
  /** HMAC of the raw body in a header. */
  v.object({
    kind: v.literal('hmac'),
    header: HeaderName,
    algorithm: v.optional(v.picklist(['sha256', 'sha1', 'sha512']), 'sha256'),
    encoding: v.optional(v.picklist(['hex', 'base64']), 'hex'),
    /** What is before the signature, such as `sha256=`. */
    prefix: v.optional(v.pipe(Text, v.maxLength(32)), ''),
  }),
  /** As standardwebhooks.com describes. */
  v.object({ kind: v.literal('standard') }),
  /** The secret itself in a header, for systems that cannot sign. */
  v.object({ kind: v.literal('token'), header: HeaderName }),
]);

/** A system whose signature and payloads are described by data. */
export const GenericSettings = v.object({
  signature: SignatureSettings,
  /** The header with the topic, if there is one. */
  topicHeader: v.optional(HeaderName),
  /** The header with the id of a delivery, which repetitions have too. */
  deliveryHeader: v.optional(HeaderName),
  /** A JSONata expression, which returns what is to be stored. */
  mapping: v.pipe(
    Text,
    v.regex(/\S/, 'The mapping is empty.'),
    v.maxLength(MAX_MAPPING, `A mapping has at most ${MAX_MAPPING} characters.`),
  ),
});
export type GenericSettings = v.InferOutput<typeof GenericSettings>;
