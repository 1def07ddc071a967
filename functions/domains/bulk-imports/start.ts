import { newJob } from '../../platform/jobs/state.ts';
import type { Context } from '../accounts/context.ts';
import type { ProfileResource } from '../profiles/records/profile.ts';
import type { BulkJob } from './job.ts';
import { bulkImport, KEPT_DAYS } from './run.ts';
import { payloadKey } from './store.ts';

interface Asked {
  readonly profiles: readonly ProfileResource[];
  readonly lists: readonly string[];
}

/** Stores the job and its rows before its id is returned, then queues it. */
export const startBulkImport = async (
  { profiles, lists }: Asked,
  context: Pick<Context, 'account' | 'table' | 'imports' | 'queue' | 'now' | 'newId'>,
): Promise<BulkJob> => {
  const job: BulkJob = {
    ...newJob(context, KEPT_DAYS),
    lists: [...new Set(lists)],
    total: profiles.length,
    settled: 0,
    completed: 0,
    failed: 0,
  };
  await context.imports().write(payloadKey(job), JSON.stringify(profiles), 'application/json');
  return bulkImport.start(job, context);
};
