import { type Files, type FileVersion, removeVersions } from '../../../platform/storage/files.ts';
import type { Job } from '../jobs/job.ts';
import { chunksFolder } from '../places/job-files.ts';

/**
 * Permanently removes a file with rows of an erased person, and the copies of its rows. The import is complete except
 * for its status, so that the worker after a killed one can repeat this without the file.
 */
export const removeUpload = async (job: Job, files: Files): Promise<void> => {
  const isIts = ({ key, versionId, etag, isDeleteMarker }: FileVersion): boolean =>
    key === job.key && !isDeleteMarker && (job.version === undefined ? etag === job.etag : versionId === job.version);
  // A key sorts before all keys that it is a prefix of.
  const { versions } = await files.versions(job.key);
  await removeVersions(versions.filter(isIts), files);
  for (let isLast = !job.isUnpacked; !isLast; ) {
    const page = await files.versions(chunksFolder(job));
    await removeVersions(page.versions, files);
    isLast = page.isLast;
  }
};
