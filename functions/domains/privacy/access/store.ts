import { entity } from '../../../platform/table/entity.ts';
import { privacyJobsPk } from '../subjects/job-partition.ts';
import { AccessJob } from './job.ts';

export const accessJobs = entity({
  type: 'access_job',
  schema: AccessJob,
  key: ({ account, id }: Pick<AccessJob, 'account' | 'id'>) => ({
    pk: privacyJobsPk(account, 'access'),
    sk: `JOB#${id}`,
  }),
});
