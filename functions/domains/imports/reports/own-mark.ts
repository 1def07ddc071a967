import { createHash } from 'node:crypto';
import type { Files } from '../../../platform/storage/files.ts';
import type { UploadedObject } from '../../../platform/workers/trigger.ts';

const WRITTEN_FOR = 'written-for';

/** What is written beside our own files: it names their place, since a copy keeps it. */
export const ownMark = (key: string): Readonly<Record<string, string>> => ({
  [WRITTEN_FOR]: createHash('sha256').update(key).digest('hex').slice(0, 32),
});

/** Whether what lies there was written by us. The same file is an import when somebody else puts it there again. */
export const isOurs = async (
  { key, versionId }: Pick<UploadedObject, 'key' | 'versionId'>,
  files: Pick<Files, 'head'>,
): Promise<boolean> => {
  const { metadata = {} } = (await files.head(key, versionId)) ?? {};
  return metadata[WRITTEN_FOR] === ownMark(key)[WRITTEN_FOR];
};
