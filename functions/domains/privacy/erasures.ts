import type { Page, PageRequest } from '../../platform/table/listing/pages.ts';
import type { Context } from '../accounts/context.ts';
import type { DeletionJob } from './deletions/job.ts';
import { erasure } from './erase.ts';
import { privacyJobsPk } from './subjects/job-partition.ts';
import type { Subject } from './subjects/subject.ts';

type Deps = Pick<Context, 'account' | 'table' | 'queue' | 'now' | 'newId'>;

/** Stores the job before its id is returned, then queues it. */
export const startDeletion = async (
  subject: Subject,
  { account, table, queue, now, newId }: Deps,
): Promise<DeletionJob> => {
  const at = now();
  const job: DeletionJob = {
    account,
    id: newId(at),
    status: 'queued',
    createdAt: at.toISOString(),
    subject,
    identifiers: [],
    profileIds: subject.kind === 'id' ? [subject.value] : [],
    passes: 0,
    stage: 'table',
    kept: 0,
    removed: {},
    ledgers: [],
  };
  return erasure.start(job, { table, queue });
};

export const getDeletion = (id: string, { account, table }: Pick<Deps, 'account' | 'table'>): Promise<DeletionJob> =>
  erasure.get({ account, id }, { table });

/** Continues a failed job. Sends the message of an open job again, in case the first one was lost. */
export const resumeDeletion = async (
  id: string,
  context: Pick<Deps, 'account' | 'table' | 'queue'>,
): Promise<DeletionJob> => {
  const job = await getDeletion(id, context);
  return job.status === 'complete' ? job : erasure.retry(job, context);
};

/** Lists deletion jobs, newest first. */
export const listDeletions = (
  page: PageRequest,
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<Page<DeletionJob>> =>
  erasure.list({ partitions: [privacyJobsPk(account, 'deletion')], descending: true, ...page }, { table });
