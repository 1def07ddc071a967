import { ApiError } from '../../../platform/errors.ts';
import { newJob } from '../../../platform/jobs/state.ts';
import type { Context } from '../../accounts/context.ts';
import { type BulkDrafts, KEPT_DAYS, writeDrafts } from './drafts.ts';
import { type BulkKind, type CatalogJob, progressPk } from './job.ts';
import { catalogBulk } from './run.ts';

const MAX_IN_PROGRESS = 500;

/**
 * Stores the drafts and the job before its id is returned, then queues it.
 *
 * @throws ApiError `throttled` if the account has too many jobs in progress
 */
export const startCatalogJob = async (
  action: BulkKind['action'],
  sent: BulkDrafts,
  context: Pick<Context, 'account' | 'table' | 'imports' | 'queue' | 'now' | 'newId'>,
): Promise<CatalogJob> => {
  await requireRoom(context);
  const { object, drafts } = sent;
  const job: CatalogJob = {
    ...newJob(context, KEPT_DAYS),
    action,
    object,
    total: drafts.length,
    settled: 0,
    completed: 0,
    failed: 0,
  };
  await writeDrafts(job, sent, context);
  return catalogBulk.start(job, context);
};

/** The index lags by about a second: a burst can exceed the limit a little. */
const requireRoom = async ({ account, table }: Pick<Context, 'account' | 'table'>): Promise<void> => {
  const open = await table.query({ index: 'gsi2', pk: progressPk(account, true), limit: MAX_IN_PROGRESS });
  if (open.length < MAX_IN_PROGRESS) return;
  const detail = `${MAX_IN_PROGRESS} jobs of the catalog are in progress. Send it again once some of them have ended.`;
  throw new ApiError('throttled', { detail }, { 'Retry-After': '10' });
};
