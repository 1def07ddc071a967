import type { Services } from '../../../platform/resources/services.ts';
import type { Job } from '../jobs/job.ts';
import { getImportJob } from '../jobs/lookup.ts';
import { importJob } from '../run/jobs.ts';
import { retryCopy } from './copy.ts';

/**
 * Goes on from the last checkpoints, with a job that failed, was paused or cancelled, or seems to be stuck.
 * @throws ApiError `not_found`, or `conflict` where it can't go on
 */
export const retryImportJob = async (account: string, id: string, services: Services): Promise<Job> => {
  const job = await getImportJob(account, id, services);
  const waitsForCopy = job.etag === '' && job.dryRun !== undefined && job.status !== 'complete';
  return waitsForCopy ? retryCopy(job, services) : importJob.retry(job, services);
};
