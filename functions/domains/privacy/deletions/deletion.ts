import { ApiError } from '../../../platform/errors.ts';
import { writeAndSend } from '../../../platform/jobs/write-and-send.ts';
import type { Page, PageRequest } from '../../../platform/table/pages.ts';
import { listPage } from '../../../platform/table/pages.ts';
import { create, update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { privacyJobsPk } from '../subjects/job-partition.ts';
import type { Subject } from '../subjects/subject.ts';
import type { DeletionJob } from './job.ts';
import { deletionJobs } from './store.ts';

/** The kind of the message that a job is worked off by. */
export const ERASE = 'erase';

export const DELETION_JOB = 'data-privacy-deletion-job';

type Reach = Pick<Context, 'account' | 'table' | 'queue' | 'now' | 'newId'>;

/** Stores whom to erase before anybody is told of it, then queues it. */
export const startDeletion = async (
  subject: Subject,
  { account, table, queue, now, newId }: Reach,
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
  await writeAndSend({ kind: ERASE, account, id: job.id }, () => table.write(create(deletionJobs, job)), queue());
  return job;
};

export const findDeletion = async (
  id: string,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<DeletionJob> => {
  const job = /^[0-9A-Z]{26}$/.test(id) ? await table.get(deletionJobs, { account, id }) : undefined;
  if (!job) throw new ApiError('not_found', { detail: `There is no deletion job ${id.slice(0, 100)}.` });
  return job;
};

/** Goes on with a job that failed, and tells the worker of any other again, whatever became of the message before. */
export const resumeDeletion = async (
  id: string,
  { account, table, queue }: Pick<Reach, 'account' | 'table' | 'queue'>,
): Promise<DeletionJob> => {
  const job = await findDeletion(id, { account, table });
  const { error: _, ...open } = job;
  if (job.status === 'complete') return job;
  const message = { kind: ERASE, account, id };
  if (job.status !== 'failed') {
    await queue().send(message);
    return job;
  }
  const next: DeletionJob = { ...open, status: statusAt(job) };
  const condition = { attribute: 'status', is: '=', value: job.status } as const;
  const reopen = update(deletionJobs, job, { set: { status: next.status }, remove: ['error'], condition });
  await writeAndSend(message, () => table.write(reopen), queue());
  return next;
};

/** What a job's status was that failed where it stands. */
const statusAt = ({ removedAt, startedAt }: DeletionJob): DeletionJob['status'] => {
  if (removedAt !== undefined) return 'settling';
  return startedAt === undefined ? 'queued' : 'processing';
};

/** The newest first. */
export const listDeletions = async (
  page: PageRequest,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<Page<DeletionJob>> => {
  const { items, ...cursors } = await listPage(table, {
    partitions: [privacyJobsPk(account, 'deletion')],
    descending: true,
    ...page,
  });
  return { ...cursors, items: items.map(deletionJobs.fromItem) };
};
