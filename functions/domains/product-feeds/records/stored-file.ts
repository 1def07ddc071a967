import * as v from 'valibot';
import { extensions, type FileFormat, fileFormats } from './file-setting.ts';

/** Why products are not in a file. */
export const leftOutReasons = [
  'no_image',
  'no_description',
  'no_price',
  'no_currency',
  'long_id',
  'long_link',
  'out_of_stock',
] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

/** The file of a feed, as the bucket has it. */
export const StoredFile = v.object({
  key: v.string(),
  /** Of the one before it, to which links may still lead. */
  former: v.optional(v.string()),
  format: v.picklist(fileFormats),
  /** Of the content. */
  hash: v.string(),
  bytes: v.number(),
  /** Items without variants, and variants. */
  products: v.number(),
  leftOut: v.partial(v.object(v.entriesFromList(leftOutReasons, v.number()))),
  built: v.string(),
});
export type StoredFile = v.InferOutput<typeof StoredFile>;

/** The folder of the files of feeds. A lifecycle rule of the bucket removes them: each is built anew within days. */
export const PRODUCT_FEEDS_PREFIX = 'product-feeds/';
export const PRODUCT_FEEDS_DAYS = 30;

interface FeedId {
  readonly account: string;
  readonly id: string;
}

export const fileFolder = ({ account, id }: FeedId): string => `${PRODUCT_FEEDS_PREFIX}${account}/${id}/`;

/** A build has a key of its own, in the order of time: the file before it stays until the build has succeeded. */
export const fileKey = (feed: FeedId, build: string, format: FileFormat): string =>
  `${fileFolder(feed)}${build}.${extensions[format]}`;

const PART_DIGITS = 6;

/** The key of some products of a build. Before its file, in the order of keys. */
export const partKey = (feed: FeedId, build: string, number: number): string =>
  `${fileFolder(feed)}${build}-part-${String(number).padStart(PART_DIGITS, '0')}.jsonl.gz`;

/** Behind all keys of a build, before those of later ones. */
export const endOfBuild = (feed: FeedId, build: string): string => `${fileFolder(feed)}${build}/`;
