import type { Services } from '../../../platform/resources/services.ts';
import type { Job } from '../jobs/job.ts';
import { getImportJob } from '../jobs/lookup.ts';
import { importJob } from '../run/jobs.ts';
import { retryCopy } from './copy.ts';

/**
 * Continues a failed, paused, cancelled or stuck job from its last checkpoints.
 * @throws ApiError `not_found`, or `conflict` if it can't continue
 */
export const retryImportJob = async (account: string, id: string, services: Services): Promise<Job> => {
  const job = await getImportJob(account, id, services);
  const waitsForCopy = job.etag === '' && job.dryRun !== undefined && job.status !== 'complete';
  return waitsForCopy ? retryCopy(job, services) : importJob.retry(job, services);
};
