import type { Readable } from 'node:stream';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { inParallel } from '../parallel.ts';

export interface FileInfo {
  readonly size: number;
  readonly etag: string;
  readonly versionId?: string;
  /** When it was put there, to the second. */
  readonly modified?: Date;
  /** Metadata of the object. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One version of a key, or a delete marker. */
export interface FileVersion {
  readonly key: string;
  /** `null`, as text, where the bucket keeps no versions. */
  readonly versionId: string;
  readonly etag: string;
  readonly isCurrent: boolean;
  readonly isRemoval: boolean;
  readonly modified: Date;
}

/** One bucket. A `version` names one state of a key, whatever is put over it later. */
export interface Files {
  readonly bucket: string;
  /** The bytes from `start` up to, not including, `end`; with an `etag` those of that content, and of no other. */
  read(
    key: string,
    range: { readonly start: number; readonly end?: number; readonly version?: string; readonly etag?: string },
  ): Promise<Readable>;
  /** Undefined where there is no such object. */
  readText(key: string): Promise<string | undefined>;
  head(key: string, version?: string): Promise<FileInfo | undefined>;
  write(
    key: string,
    body: string | Buffer,
    contentType: string,
    metadata?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Streams an object of any size, with a few megabytes in memory. It appears whole or not at all. */
  writeStream(
    key: string,
    pieces: AsyncIterable<Uint8Array>,
    contentType: string,
    metadata?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** A URL where anybody can download it for so long. Keep it out of logs. */
  downloadUrl(
    key: string,
    { seconds, fileName }: { readonly seconds: number; readonly fileName: string },
  ): Promise<string>;
  /** Keys in their order, at most a thousand. */
  list(prefix: string, after?: string): Promise<string[]>;
  remove(key: string): Promise<void>;
  /** Every version behind a key, those of one key together, and whether there are more: about a thousand. */
  versions(
    prefix: string,
    after?: string,
  ): Promise<{ readonly versions: readonly FileVersion[]; readonly isLast: boolean }>;
  /** Deletes permanently. */
  removeVersion(key: string, versionId: string): Promise<void>;
  /** Copies within S3, whatever the size. The copy appears whole or not at all. False where the original is missing. */
  copy(from: { readonly key: string; readonly version?: string | undefined }, to: string): Promise<boolean>;
  /** A signed request that puts one object of this type and size at a free key, and allows nothing else. */
  uploadUrl(key: string, upload: Upload): Promise<SignedUpload>;
}

export interface Upload {
  readonly contentType: string;
  readonly size: number;
  readonly seconds: number;
}

/** A request to S3 that is signed but for the bytes: these headers have to be sent with it as they are. */
export interface SignedUpload {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** All keys below a prefix, from behind one on, in their order. */
export async function* keysUnder(prefix: string, files: Pick<Files, 'list'>, behind?: string): AsyncGenerator<string> {
  let after = behind;
  do {
    const keys = await files.list(prefix, after);
    yield* keys;
    after = keys.at(-1);
  } while (after !== undefined);
}

const REMOVED_AT_ONCE = 16;

/** Deletes versions permanently. */
export const removeVersions = async (
  versions: readonly FileVersion[],
  files: Pick<Files, 'removeVersion'>,
): Promise<void> => {
  await inParallel(versions, REMOVED_AT_ONCE, ({ key, versionId }) => files.removeVersion(key, versionId));
};

export interface BucketConfig extends S3ClientConfig {
  readonly addressing: 'host' | 'path';
  /** Copies about so much in one request. S3 takes no part of less than 5 MB. @default 256 MB */
  readonly copyBytes?: number;
}

/** Loads its client when first used: most requests never need it, and it takes as long to load as everything else. */
export const openFiles = (bucket: string, config: BucketConfig): Files => {
  let opened: Promise<Files> | undefined;
  const files = (): Promise<Files> => {
    opened ??= import('./bucket.ts').then(({ openBucket }) => openBucket(bucket, config));
    return opened;
  };
  return {
    bucket,
    read: async (key, range) => (await files()).read(key, range),
    readText: async (key) => (await files()).readText(key),
    head: async (key, version) => (await files()).head(key, version),
    write: async (key, body, contentType, metadata) => (await files()).write(key, body, contentType, metadata),
    writeStream: async (key, pieces, contentType, metadata) =>
      (await files()).writeStream(key, pieces, contentType, metadata),
    downloadUrl: async (key, terms) => (await files()).downloadUrl(key, terms),
    list: async (prefix, after) => (await files()).list(prefix, after),
    remove: async (key) => (await files()).remove(key),
    copy: async (from, to) => (await files()).copy(from, to),
    uploadUrl: async (key, upload) => (await files()).uploadUrl(key, upload),
    versions: async (prefix, after) => (await files()).versions(prefix, after),
    removeVersion: async (key, versionId) => (await files()).removeVersion(key, versionId),
  };
};
