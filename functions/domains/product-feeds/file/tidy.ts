import type { Services } from '../../../platform/resources/services.ts';
import { listKeys } from '../../../platform/storage/files.ts';
import type { ProductFeedState } from '../records/feed.ts';
import { endOfBuild, fileFolder } from '../records/stored-file.ts';

type Deps = Pick<Services, 'imports' | 'newId'>;

/**
 * Removes the files that nothing leads to, also those of builds that were killed. What is newer than the end of the
 * job may be of the next build.
 */
export const removeOldFiles = async (job: ProductFeedState, { imports, newId }: Deps): Promise<void> => {
  const { file, build, completedAt } = job;
  if (completedAt === undefined) return;
  const end = build ? endOfBuild(job, build.id) : (file?.key ?? `${fileFolder(job)}${newId(new Date(completedAt))}`);
  const files = imports();
  for await (const key of listKeys(fileFolder(job), files)) {
    if (key >= end) return;
    if (key !== file?.key && key !== file?.former) await files.remove(key);
  }
};

/** Removes all files of a feed that is deleted. */
export const removeAllFiles = async (
  feed: { readonly account: string; readonly id: string },
  { imports }: Pick<Services, 'imports'>,
): Promise<void> => {
  const files = imports();
  for await (const key of listKeys(fileFolder(feed), files)) await files.remove(key);
};
