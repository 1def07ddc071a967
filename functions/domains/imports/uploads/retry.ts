import { ApiError } from '../../../platform/errors.ts';
import { writeAndSend } from '../../../platform/jobs/write-and-send.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import { changeStatus } from '../jobs/change-status.ts';
import type { Job } from '../jobs/job.ts';
import { chunksOf } from '../jobs/listing.ts';
import { getImportJob } from '../jobs/lookup.ts';
import { chunks } from '../jobs/store.ts';
import { retryCopy } from './copy.ts';

/** Goes on from the last checkpoints, with a job that failed, was paused or cancelled, or seems to be stuck. */
export const retryImportJob = async (account: string, id: string, services: Services): Promise<Job> => {
  const job = await getImportJob(account, id, services);
  if (job.status === 'complete') throw new ApiError('conflict', { detail: 'This import is complete.' });
  if (job.etag === '' && job.dryRun !== undefined) return retryCopy(job, services);
  if (job.etag === '')
    throw new ApiError('conflict', { detail: 'Its file has not come. Upload it, or ask for a new job.' });
  if (job.isPart)
    throw new ApiError('conflict', {
      detail: 'Its file came only in part, as the connection broke. Send it again: the whole is an import of its own.',
    });
  const { error: _, completedAt: __, lastError: ___, ...open } = job;
  const next: Job = { ...open, status: job.status === 'processing' ? 'processing' : 'queued', starts: 0 };
  for (const chunk of await chunksOf(job, services)) {
    if (chunk.status === 'complete') continue;
    await services.table.write(
      update(chunks, chunk, {
        set: { status: 'open', starts: 0 },
        remove: ['lastError'],
        condition: { attribute: 'status', is: '<>', value: 'complete' },
      }),
    );
  }
  await writeAndSend(
    { kind: 'import', account, job: id },
    () => changeStatus(job, next, services, ['error', 'lastError', 'completedAt']),
    services.queue(),
  );
  return next;
};
