import { entity } from '../../../platform/table/entity.ts';
import { privacyJobsPk } from '../subjects/job-partition.ts';
import { DeletionJob } from './job.ts';

export const deletionJobs = entity({
  type: 'deletion_job',
  schema: DeletionJob,
  key: ({ account, id }: Pick<DeletionJob, 'account' | 'id'>) => ({
    pk: privacyJobsPk(account, 'deletion'),
    sk: `JOB#${id}`,
  }),
});
