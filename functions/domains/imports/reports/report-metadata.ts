import { createHash } from 'node:crypto';
import type { Files } from '../../../platform/storage/files.ts';
import type { UploadedObject } from '../../../platform/workers/trigger.ts';

const WRITTEN_FOR = 'written-for';

/** The metadata of our own files. It contains their key, since a copy keeps the metadata. */
export const ownMetadata = (key: string): Readonly<Record<string, string>> => ({
  [WRITTEN_FOR]: createHash('sha256').update(key).digest('hex').slice(0, 32),
});

/** Whether we wrote the object. The same file is an import if a user uploads it again. */
export const isOwnReport = async (
  { key, versionId }: Pick<UploadedObject, 'key' | 'versionId'>,
  files: Pick<Files, 'head'>,
): Promise<boolean> => {
  const { metadata = {} } = (await files.head(key, versionId)) ?? {};
  return metadata[WRITTEN_FOR] === ownMetadata(key)[WRITTEN_FOR];
};
