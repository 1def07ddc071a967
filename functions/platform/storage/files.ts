import type { Readable } from 'node:stream';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { inParallel } from '../parallel.ts';

export interface FileInfo {
  readonly size: number;
  readonly etag: string;
  readonly versionId?: string;
  /** When it was put there, to the second. */
  readonly modified?: Date;
  /** What was written beside it. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One state of a key, or that it was removed. */
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
  /** Of any size, as it comes, with a few megabytes of it in memory. It is there when all of it is, or not at all. */
  writeStream(
    key: string,
    pieces: AsyncIterable<Uint8Array>,
    contentType: string,
    metadata?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** An address where anybody can download it for so long: it is a secret, which belongs into no log. */
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
  /** For good. */
  removeVersion(key: string, versionId: string): Promise<void>;
  /** Of any size: S3 copies it by itself. It is there when all of it is, or not at all. False where there is nothing to copy. */
  copy(from: { readonly key: string; readonly version?: string | undefined }, to: string): Promise<boolean>;
  /** Lets whoever has it put one object of this type and size at a key where there is none, and nothing else. */
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

/** Removes versions for good. */
export const removeVersions = async (
  versions: readonly FileVersion[],
  files: Pick<Files, 'removeVersion'>,
): Promise<void> => {
  await inParallel(versions, REMOVED_AT_ONCE, ({ key, versionId }) => files.removeVersion(key, versionId));
};

export interface BucketConfig extends S3ClientConfig {
  readonly addressing: 'host' | 'path';
  /** About as much is copied in one request. S3 takes no part of less than 5 MB. @default 256 MB */
  readonly copyBytes?: number;
}

/** Its client is loaded when something is first asked of it: most requests never do, and it takes as long to start as the rest. */
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
