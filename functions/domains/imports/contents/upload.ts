import type { Readable } from 'node:stream';
import type { Files } from '../../../platform/storage/files.ts';
import type { Job } from '../job.ts';
import { Unreadable } from './source.ts';

/** What a job imports, or a part of it that lies in the bucket by itself. */
export type Upload = Pick<Job, 'key' | 'version'> & Partial<Pick<Job, 'etag'>>;

export const GONE = 'The file is no longer there. Drop it again.';
export const REPLACED =
  'The file was replaced before it was imported whole. What lies there now is an import of its own; drop the other under a name of its own.';

/** Why S3 does not answer with the file that a job is for. */
const reasons: Readonly<Record<string, string>> = {
  NoSuchKey: GONE,
  NoSuchVersion: GONE,
  NotFound: GONE,
  PreconditionFailed: REPLACED,
};

/**
 * Bytes of the file as it was dropped. A version is always the same; without one whatever lies at the key is answered, and
 * has to be what the job was made for.
 */
export const openUpload = async (
  { key, version, etag }: Upload,
  range: { readonly start: number; readonly end: number },
  files: Pick<Files, 'read'>,
): Promise<Readable> => {
  try {
    return await files.read(key, { ...range, ...(version ? { version } : etag && { etag }) });
  } catch (error) {
    const reason = error instanceof Error && etag !== undefined ? reasons[error.name] : undefined;
    throw reason === undefined ? error : new Unreadable(reason);
  }
};
