import { createHash } from 'node:crypto';
import { bareEtag } from '../../../platform/storage/etag.ts';
import type { Files } from '../../../platform/storage/files.ts';
import type { UploadedObject } from '../../../platform/workers/trigger.ts';
import { stateOf } from '../job.ts';

/**
 * Which state of its key a notice tells of. One without a version tells the content alone, which may lie there for the
 * second time: then it is the state that lies there, so that each drop is an import of its own.
 */
export const droppedState = async (
  { key, versionId, etag }: UploadedObject,
  files: Pick<Files, 'head'>,
): Promise<string> => {
  if (versionId !== undefined) return versionId;
  const found = await files.head(key);
  return stateOf(found && bareEtag(found.etag) === bareEtag(etag) ? found : { etag });
};

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
