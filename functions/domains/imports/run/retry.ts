import { ApiError } from '../../../platform/errors.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import type { Job } from '../jobs/job.ts';
import { chunksOf } from '../jobs/listing.ts';
import { chunks } from '../jobs/store.ts';

/** Opens the chunks of an import for a retry. @throws ApiError `conflict` if it can't be retried */
export const reopenChunks = async (job: Job, services: Pick<Services, 'table'>): Promise<void> => {
  if (job.status === 'complete') throw new ApiError('conflict', { detail: 'This import is complete.' });
  if (job.etag === '')
    throw new ApiError('conflict', { detail: 'Its file was not uploaded. Upload it, or create a new job.' });
  if (job.isPart)
    throw new ApiError('conflict', {
      detail:
        'The connection broke, and only a part of its file arrived. Send the file again. It becomes a new import.',
    });
  for (const chunk of await chunksOf(job, services)) {
    if (chunk.status === 'complete') continue;
    await services.table.write(
      update(chunks, chunk, {
        // Rows after the checkpoint may have been imported: the next start must check.
        set: { status: 'open', starts: Math.min(chunk.starts ?? 0, 1) },
        remove: ['error', 'lastError'],
        condition: { attribute: 'status', is: '<>', value: 'complete' },
      }),
    );
  }
};
