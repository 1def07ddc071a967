import { itemErrors } from '../../platform/jobs/item-errors.ts';
import { entity } from '../../platform/table/entity.ts';
import { BulkJob, ImportedProfile, type jobStatuses, RowError } from './job.ts';

export const jobPk = (account: string, id: string): string => `A#${account}#BULK#${id}`;
export const PROFILES = 'PROFILE#';

/** The partition that lists an account's jobs of one status by their ids, which is by age. */
export const jobsPk = (account: string, status: (typeof jobStatuses)[number]): string =>
  `A#${account}#BULKJOBS#${status}`;

export const bulkJobs = entity({
  type: 'profile-bulk-import-job',
  schema: BulkJob,
  key: ({ account, id }: Pick<BulkJob, 'account' | 'id'>) => ({ pk: jobPk(account, id), sk: 'JOB' }),
  indexes: ({ account, id, status }) => ({ gsi1: { pk: jobsPk(account, status), sk: id } }),
});

export const rowErrors = itemErrors({
  type: 'profile-bulk-import-error',
  schema: RowError,
  pk: ({ account, job }) => jobPk(account, job),
  prefix: 'ERROR#',
  digits: 5,
});

export const importedProfiles = entity({
  type: 'profile-bulk-import-profile',
  schema: ImportedProfile,
  key: ({
    account,
    job,
    profileId,
  }: {
    readonly account: string;
    readonly job: string;
    readonly profileId: string;
  }) => ({
    pk: jobPk(account, job),
    sk: `${PROFILES}${profileId}`,
  }),
});

/** Where what bulk jobs are to do lies in the imports bucket. */
export const BULK = 'bulk/';

/** Where the profiles of a job are kept until it expires. */
export const payloadKey = ({ account, id }: Pick<BulkJob, 'account' | 'id'>): string => `${BULK}${account}/${id}.json`;
