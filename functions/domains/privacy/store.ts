import { entity } from '../../platform/table/entity.ts';
import { AccessJob } from './access/job.ts';
import { DeletionJob } from './deletion-job.ts';

/** The partition that lists an account's jobs of one kind by their ids, which is by age. */
export const privacyJobsPk = (account: string, kind: 'deletion' | 'access'): string =>
  `A#${account}#PRIVACYJOBS#${kind}`;

export const deletionJobs = entity({
  type: 'deletion_job',
  schema: DeletionJob,
  key: ({ account, id }: Pick<DeletionJob, 'account' | 'id'>) => ({
    pk: privacyJobsPk(account, 'deletion'),
    sk: `JOB#${id}`,
  }),
});

export const accessJobs = entity({
  type: 'access_job',
  schema: AccessJob,
  key: ({ account, id }: Pick<AccessJob, 'account' | 'id'>) => ({
    pk: privacyJobsPk(account, 'access'),
    sk: `JOB#${id}`,
  }),
});
