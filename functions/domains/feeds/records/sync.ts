import * as v from 'valibot';
import { jobFields } from '../../../platform/jobs/state.ts';

/** One thing that is wrong with one row of a feed. */
const RowError = v.object({
  row: v.number(),
  place: v.string(),
  id: v.optional(v.string()),
  field: v.optional(v.string()),
  message: v.string(),
});
export type RowError = v.InferOutput<typeof RowError>;

const Counts = v.object({
  /** Of the feed. */
  rows: v.number(),
  failed: v.number(),
  /** Of items and variants together. */
  created: v.number(),
  updated: v.number(),
  unchanged: v.number(),
  /** Missing in the feed, and still published. */
  missing: v.number(),
  unpublished: v.number(),
});
export type Counts = v.InferOutput<typeof Counts>;

export const noCounts: Counts = {
  rows: 0,
  failed: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  missing: 0,
  unpublished: 0,
};

export const syncStages = ['fetch', 'split', 'compare', 'apply', 'end'] as const;

/** One sync of a feed with the catalog. */
export const FeedSync = v.object({
  ...jobFields,
  feed: v.string(),
  /** Whether it may miss more products than the feed allows. */
  allowsMissing: v.boolean(),
  stage: v.picklist(syncStages),
  /** Failed requests to the source. */
  tries: v.number(),
  /** The fetched content: its size, its `content-encoding`, and how the source names its version. */
  bytes: v.optional(v.number()),
  encoding: v.optional(v.string()),
  etag: v.optional(v.string()),
  modified: v.optional(v.string()),
  /** A hash of the settings that decide what is read. */
  settings: v.optional(v.string()),
  /** The source says that nothing has changed. */
  isUnchanged: v.optional(v.boolean()),
  /** The manifest that this sync compares with. */
  base: v.optional(v.string()),
  baseBits: v.optional(v.number()),
  /** The number of shards as a power of two, and of objects that each may have. */
  bits: v.number(),
  flushes: v.number(),
  /** The next shard to apply, and the next change in it. */
  shard: v.number(),
  at: v.number(),
  counts: Counts,
  /** The first errors. The file has all. */
  errors: v.array(RowError),
  hasFile: v.optional(v.boolean()),
  expiresAt: v.number(),
});
export type FeedSync = v.InferOutput<typeof FeedSync>;

/** How long syncs are listed. */
export const SYNC_DAYS = 30;
export const MAX_LISTED_ERRORS = 100;

/** How long the bucket keeps the files of feeds. */
export const FEEDS_DAYS = 30;

/** The folder of everything that syncs keep. A lifecycle rule of the bucket removes its objects. */
export const FEEDS_PREFIX = 'catalog-feeds/';

type OfFeed = Pick<FeedSync, 'account' | 'feed'>;
type OfSync = Pick<FeedSync, 'account' | 'feed' | 'id'>;

const padded = (number: number): string => String(number).padStart(6, '0');

export const feedFolder = ({ account, feed }: OfFeed): string => `${FEEDS_PREFIX}${account}/${feed}/`;
/** What a sync needs until it ends. */
export const workFolderOf = (sync: OfSync): string => `${feedFolder(sync)}${sync.id}/`;
export const sourceKey = (sync: OfSync): string => `${workFolderOf(sync)}source`;
export const rowsPrefix = (sync: OfSync, shard: number): string => `${workFolderOf(sync)}rows-${padded(shard)}-`;
export const rowsKey = (sync: OfSync, shard: number, flush: number): string =>
  `${rowsPrefix(sync, shard)}${padded(flush)}.jsonl.gz`;
/** Errors of all pieces of work, or of those whose names begin so. */
export const errorsPrefix = (sync: OfSync, piece = ''): string => `${workFolderOf(sync)}errors-${piece}`;
/** Errors of a piece of work, under a name that a repeated run writes again. */
export const errorsKey = (sync: OfSync, piece: string): string => `${errorsPrefix(sync, piece)}.jsonl.gz`;
export const splitPiece = (flush: number): string => `1-split-${padded(flush)}`;
export const duplicatesPiece = (shard: number): string => `1-split-duplicates-${padded(shard)}`;
export const shardPiece = (shard: number): string => `apply-${padded(shard)}-`;
export const applyPiece = (shard: number, at: number): string => `${shardPiece(shard)}${padded(at)}`;
/** All failed rows, for the owner of the feed. */
export const failedRowsKey = ({ account, feed, id }: OfSync): string =>
  `${feedFolder({ account, feed })}failed/${id}.csv`;
export const manifestFolder = ({ account, feed }: OfFeed, sync: string): string =>
  `${feedFolder({ account, feed })}manifests/${sync}/`;
export const manifestKey = (feed: OfFeed, sync: string, shard: number): string =>
  `${manifestFolder(feed, sync)}${padded(shard)}.jsonl.gz`;
