import { ApiError } from '../../../platform/errors.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { update } from '../../../platform/table/write.ts';
import type { Job } from './job.ts';
import { jobs } from './store.ts';

/** Changes the status of a job, unless that has changed meanwhile. */
export const changeStatus = async (
  job: Job,
  next: Job,
  { table }: Pick<Services, 'table'>,
  remove: readonly string[] = [],
): Promise<void> => {
  const { status, starts, completedAt } = next;
  const written = await table.write(
    update(jobs, job, {
      value: next,
      set: { status, starts, completedAt },
      remove,
      condition: { attribute: 'status', is: '=', value: job.status },
    }),
  );
  if (!written.done) throw new ApiError('conflict', { detail: 'The import has just gone on. Look at it again.' });
};
