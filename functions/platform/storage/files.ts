import type { Readable } from 'node:stream';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { inParallel } from '../parallel.ts';

export interface FileInfo {
  readonly size: number;
  readonly etag: string;
  readonly versionId?: string;
  /** When the object was last written, to the second. */
  readonly modified?: Date;
  /** The object's user metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One version of a key, or a delete marker. */
export interface FileVersion {
  readonly key: string;
  /** The string `null` if the bucket is not versioned. */
  readonly versionId: string;
  readonly etag: string;
  readonly isCurrent: boolean;
  readonly isDeleteMarker: boolean;
  readonly modified: Date;
}

/** One bucket. A `version` identifies one state of a key, which later writes do not change. */
export interface Files {
  readonly bucket: string;
  /**
   * Reads the bytes from `start` up to, but not including, `end`. With an `etag`, fails unless the content still has
   * it.
   */
  read(
    key: string,
    range: { readonly start: number; readonly end?: number; readonly version?: string; readonly etag?: string },
  ): Promise<Readable>;
  /** Returns undefined if the object does not exist. */
  readText(key: string): Promise<string | undefined>;
  head(key: string, version?: string): Promise<FileInfo | undefined>;
  write(
    key: string,
    body: string | Buffer,
    contentType: string,
    metadata?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /**
   * Writes an object of any size from a stream, with a few megabytes of memory. The object appears as a whole or not at
   * all.
   */
  writeStream(
    key: string,
    pieces: AsyncIterable<Uint8Array>,
    contentType: string,
    metadata?: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** A URL with which anybody can download the object for a time. Keep it out of logs. */
  downloadUrl(
    key: string,
    { seconds, fileName }: { readonly seconds: number; readonly fileName: string },
  ): Promise<string>;
  /** Lists keys in order, at most a thousand. */
  list(prefix: string, after?: string): Promise<string[]>;
  remove(key: string): Promise<void>;
  /**
   * Lists about a thousand versions of the keys after `after`, all versions of a key together, and tells whether there
   * are more.
   */
  versions(
    prefix: string,
    after?: string,
  ): Promise<{ readonly versions: readonly FileVersion[]; readonly isLast: boolean }>;
  /** Deletes one version permanently. */
  removeVersion(key: string, versionId: string): Promise<void>;
  /**
   * Copies an object of any size within S3. The copy appears as a whole or not at all. Returns false if the original
   * does not exist.
   */
  copy(from: { readonly key: string; readonly version?: string | undefined }, to: string): Promise<boolean>;
  /** A signed request that uploads one object of this type and size to an unused key, and allows nothing else. */
  uploadUrl(key: string, upload: Upload): Promise<SignedUpload>;
}

export interface Upload {
  readonly contentType: string;
  readonly size: number;
  readonly seconds: number;
}

/** A signed request to S3. The body is added by the caller; the headers have to be sent unchanged. */
export interface SignedUpload {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Lists all keys below a prefix in order, after `startAfter`. */
export async function* listKeys(
  prefix: string,
  files: Pick<Files, 'list'>,
  startAfter?: string,
): AsyncGenerator<string> {
  let after = startAfter;
  do {
    const keys = await files.list(prefix, after);
    yield* keys;
    after = keys.at(-1);
  } while (after !== undefined);
}

const REMOVE_CONCURRENCY = 16;

/** Deletes versions permanently. */
export const removeVersions = async (
  versions: readonly FileVersion[],
  files: Pick<Files, 'removeVersion'>,
): Promise<void> => {
  await inParallel(versions, REMOVE_CONCURRENCY, ({ key, versionId }) => files.removeVersion(key, versionId));
};

export interface BucketConfig extends S3ClientConfig {
  readonly addressing: 'host' | 'path';
  /** The size of a copied part. S3 requires parts of at least 5 MB. @default 256 MB */
  readonly copyBytes?: number;
}

/**
 * Loads the S3 client on first use: most requests never need it, and it takes as long to load as everything else
 * together.
 */
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
