import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { toReadableText } from '../../../model/account.ts';

export const fileFormats = ['merchant_xml', 'json'] as const;
export type FileFormat = (typeof fileFormats)[number];

const SECRET_LENGTH = 32;

/** That a feed is a file too, and where. */
export const FileSetting = v.object({
  format: v.picklist(fileFormats),
  /** Of products that have none. ISO 4217. */
  currency: v.optional(v.string()),
  /** The part of the URL that nobody can guess. It opens only what readers of the catalog see, so it is stored as it is. */
  secret: v.string(),
});
export type FileSetting = v.InferOutput<typeof FileSetting>;

export const newFileSecret = (): string => toReadableText(randomBytes(SECRET_LENGTH), SECRET_LENGTH);

export const extensions = { merchant_xml: 'xml', json: 'json' } as const satisfies Record<FileFormat, string>;
export const mediaTypes = {
  merchant_xml: 'application/xml',
  json: 'application/json',
} as const satisfies Record<FileFormat, string>;

/** The last segment of the URL: `<account>-<feed>-<secret>.xml`. It names its account, so that a feed is found by key. */
export const fileNameOf = ({ account, id }: FeedId, { secret, format }: FileSetting): string =>
  `${account}-${id}-${secret}.${extensions[format]}`;

interface FeedId {
  readonly account: string;
  readonly id: string;
}

const FILE_NAME = /^([A-Za-z0-9]{6})-([0-9A-HJKMNP-TV-Z]{26})-[A-Za-z0-9]{32}\.(?:xml|json)$/;

/** The feed that a segment names, if it may be right. */
export const feedOfFileName = (name: string): FeedId | undefined => {
  const [, account, id] = FILE_NAME.exec(name) ?? [];
  return account === undefined || id === undefined ? undefined : { account, id };
};

/** Compares in a time that does not depend on the content. */
export const isFileName = (name: string, feed: FeedId, setting: FileSetting): boolean =>
  timingSafeEqual(digest(name), digest(fileNameOf(feed, setting)));

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
