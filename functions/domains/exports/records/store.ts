import { entity } from '../../../platform/table/entity.ts';
import { ExportJob } from './job.ts';

/** The partition of an account's exports, by age. */
export const exportJobsPk = (account: string): string => `A#${account}#EXPORTJOBS`;

export const exportJobs = entity({
  type: 'export_job',
  schema: ExportJob,
  key: ({ account, id }: Pick<ExportJob, 'account' | 'id'>) => ({ pk: exportJobsPk(account), sk: `JOB#${id}` }),
});
