import type { Services } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { Item } from '../table/entity.ts';
import { type ItemPage, listPage } from '../table/pages.ts';
import { update } from '../table/write.ts';
import { readFailures } from './failures.ts';
import type { Failure, Job, JobStatus } from './job.ts';
import { jobLists, jobs } from './store.ts';

type Reach = Pick<Services, 'table' | 'now'>;

interface Asked {
  readonly kinds?: readonly Job['kind'][];
  readonly statuses?: readonly JobStatus[];
  readonly size?: number;
  readonly cursor?: string;
}

/** The newest first. */
export const listImportJobs = async (
  account: string,
  { table }: Reach,
  { size = 50, cursor, ...of }: Asked = {},
): Promise<Omit<ItemPage, 'items'> & { readonly items: readonly Job[] }> => {
  const partitions = jobLists(account, of);
  const page = await listPage(table, { index: 'gsi1', partitions, descending: true, size, ...(cursor && { cursor }) });
  const found = await table.getMany(
    jobs,
    page.items.map((item) => ({ account, id: idIn(item) })),
  );
  return { ...page, items: found.filter((job) => job !== undefined) };
};

const idIn = ({ gsi1sk }: Item): string => String(gsi1sk).split('#').at(-1) ?? '';

export const getImportJob = async (account: string, id: string, { table }: Reach): Promise<Job> => {
  const job = await table.get(jobs, { account, id });
  if (!job) throw new ApiError('not_found', { detail: `There is no import job ${id}.` });
  return job;
};

/** Settled failures behind a row, at most `size`, and whether there are more. */
export const importFailures = async (
  job: Job,
  { after, size }: { readonly after: number; readonly size: number },
  { imports }: Pick<Services, 'imports'>,
): Promise<{ readonly failures: readonly Failure[]; readonly hasMore: boolean }> => {
  const failures: Failure[] = [];
  for await (const some of readFailures(job, imports(), after)) {
    failures.push(...some);
    if (failures.length > size) break;
  }
  return { failures: failures.slice(0, size), hasMore: failures.length > size };
};

/** Goes on from the last checkpoint, with a job that failed, was cancelled or seems to be stuck. */
export const retryImportJob = async (account: string, id: string, services: Services): Promise<Job> => {
  const job = await getImportJob(account, id, services);
  if (job.status === 'complete') throw new ApiError('conflict', { detail: 'This import is complete.' });
  const next: Job = { ...job, status: job.status === 'processing' ? 'processing' : 'queued', starts: 0 };
  const isOver = job.status === 'failed' || job.status === 'cancelled';
  const { error: _, completedAt: __, ...open } = next;
  await change(job, isOver ? open : next, isOver ? ['error', 'completedAt'] : [], services);
  await services.queue().send({ kind: 'import', account, job: id });
  return isOver ? open : next;
};

/** Rows that are settled stay. */
export const cancelImportJob = async (account: string, id: string, services: Reach): Promise<Job> => {
  const job = await getImportJob(account, id, services);
  if (job.status === 'cancelled') return job;
  if (job.status !== 'queued' && job.status !== 'processing') {
    throw new ApiError('conflict', {
      detail: `This import is ${job.status}; only one that is not over can be cancelled.`,
    });
  }
  const next: Job = { ...job, status: 'cancelled', completedAt: services.now().toISOString() };
  await change(job, next, [], services);
  return next;
};

const change = async (job: Job, next: Job, remove: readonly string[], { table }: Reach): Promise<void> => {
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
