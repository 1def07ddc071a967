import { type Files, type FileVersion, removeVersions } from '../../../platform/storage/files.ts';
import type { Job } from '../jobs/job.ts';
import { chunksFolder } from '../places/job-files.ts';

/**
 * Removes a file for good in which somebody stands who was erased, with the copies of its rows. Its import is over but for
 * being called so: a worker killed here does it again, for which nothing of the file is needed.
 */
export const removeUpload = async (job: Job, files: Files): Promise<void> => {
  const isIts = ({ key, versionId, etag, isDeleteMarker }: FileVersion): boolean =>
    key === job.key && !isDeleteMarker && (job.version === undefined ? etag === job.etag : versionId === job.version);
  // A key comes before all that begin with it.
  const { versions } = await files.versions(job.key);
  await removeVersions(versions.filter(isIts), files);
  for (let isLast = !job.isUnpacked; !isLast; ) {
    const page = await files.versions(chunksFolder(job));
    await removeVersions(page.versions, files);
    isLast = page.isLast;
  }
};
