import * as v from 'valibot';
import { rotatingSecretFields } from '../../accounts/tokens/rotating-secrets.ts';
import { feedFormats } from '../content/format.ts';
import { feedFields } from '../mapping/fields.ts';

/** Where a feed comes from: a URL, an object of the bucket of imports, or a file of an SFTP server. */
const FeedSource = v.variant('kind', [
  v.object({ kind: v.literal('url'), url: v.string() }),
  /** The key of an object, or with a slash at its end a folder, whose last name counts. */
  v.object({ kind: v.literal('file'), key: v.string() }),
  v.object({
    kind: v.literal('sftp'),
    user: v.string(),
    host: v.string(),
    port: v.number(),
    path: v.string(),
    /** The fingerprint of the server's key. */
    hostKey: v.string(),
  }),
]);
export type FeedSource = v.InferOutput<typeof FeedSource>;
export type SftpSource = Extract<FeedSource, { readonly kind: 'sftp' }>;

/** How a feed authenticates itself to its source. The secret is the password, the value of the header, or the key. */
const Authentication = v.variant('kind', [
  v.object({ kind: v.literal('basic'), user: v.string() }),
  v.object({ kind: v.literal('header'), name: v.string() }),
  /** For SFTP, whose source names the user. */
  v.object({ kind: v.literal('password') }),
  v.object({ kind: v.literal('private_key') }),
]);
export type Authentication = v.InferOutput<typeof Authentication>;
export type Credentials = Authentication & { readonly secret: string };

export const CatalogFeed = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  enabled: v.boolean(),
  source: FeedSource,
  authentication: v.optional(Authentication),
  format: v.optional(v.picklist(feedFormats)),
  /** Where the products are in the feed. */
  path: v.optional(v.string()),
  /** As JSON: names in it can have dots. */
  mapping: v.optional(v.partial(v.object(v.entriesFromList(feedFields, v.nullable(v.string()))))),
  everyHours: v.number(),
  /** How long a product may be missing before it is unpublished. */
  graceHours: v.number(),
  /** The share of products, in percent, that one sync may miss. */
  maxMissing: v.number(),
  created: v.string(),
  updated: v.string(),
});
export type CatalogFeed = v.InferOutput<typeof CatalogFeed>;

/** The secret of one feed, encrypted. Apart from the feed, so that no view can show it. */
export const FeedSecret = v.object({ account: v.string(), feed: v.string(), ...rotatingSecretFields });
export type FeedSecret = v.InferOutput<typeof FeedSecret>;

/** What the last syncs of a feed left. */
export const FeedState = v.object({
  account: v.string(),
  feed: v.string(),
  /** The sync that was started last. */
  job: v.optional(v.string()),
  /** The next time of the schedule. */
  next: v.optional(v.string()),
  /** The sync whose manifest says what the catalog has of this feed. */
  manifest: v.optional(v.string()),
  /** Its number of shards, as a power of two. */
  bits: v.optional(v.number()),
  /** When it was written, and how many products wait for their grace to end. */
  syncedAt: v.optional(v.string()),
  waiting: v.optional(v.number()),
  /** Validators of the content. They count only for the settings of the last sync. */
  etag: v.optional(v.string()),
  modified: v.optional(v.string()),
  settings: v.optional(v.string()),
});
export type FeedState = v.InferOutput<typeof FeedState>;
