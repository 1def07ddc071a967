import { ApiError } from '../../platform/errors.ts';
import { writeAndSend } from '../../platform/jobs/write-and-send.ts';
import type { Services } from '../../platform/resources/services.ts';
import type { Item } from '../../platform/table/entity.ts';
import { listPage, type Page } from '../../platform/table/pages.ts';
import { update } from '../../platform/table/write.ts';
import { settledIn } from './chunk.ts';
import type { Change } from './dry-run/changes.ts';
import { readChanges } from './dry-run/found.ts';
import { readFailures } from './failures.ts';
import { type Failure, type Job, type JobStatus, reportKey, type Told } from './job.ts';
import { chunksOf } from './listing.ts';
import { type Progress, progressOf } from './progress.ts';
import { chunks, jobLists, jobs } from './store.ts';
import { retryCopy } from './uploads/awaited.ts';

type Reach = Pick<Services, 'table' | 'now'>;

interface Asked {
  readonly kinds?: readonly Job['kind'][];
  readonly statuses?: readonly JobStatus[];
  readonly size?: number;
  readonly cursor?: string;
}

export { chunksOf } from './listing.ts';

/** The newest first. */
export const listImportJobs = async (
  account: string,
  { table }: Reach,
  { size = 50, cursor, ...of }: Asked = {},
): Promise<Omit<Page<Item>, 'items'> & { readonly items: readonly Job[] }> => {
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

interface RowsAsked {
  readonly after: number;
  readonly size: number;
  /** @default 'errors' */
  readonly what?: Told;
}

/** What is told of settled rows behind a row, at most `size`, and whether there are more. */
export const importFailures = async (
  job: Job,
  { after, size, what = 'errors' }: RowsAsked,
  { imports, table }: Pick<Services, 'imports' | 'table'>,
): Promise<{ readonly failures: readonly Failure[]; readonly hasMore: boolean }> => {
  const isSettled = job.status === 'complete' ? () => true : settledIn(await chunksOf(job, { table }));
  const failures: Failure[] = [];
  for await (const some of readFailures(job, imports(), { what, afterRow: after, isSettled })) {
    failures.push(...some);
    if (failures.length > size) break;
  }
  return { failures: failures.slice(0, size), hasMore: failures.length > size };
};

const LINK_SECONDS = 900;

/** An address where anybody can download the file of a job's failed rows for a while. */
export const linkToFailedRows = async (
  { key, status, counts }: Job,
  { imports, now }: Pick<Services, 'imports' | 'now'>,
): Promise<{ readonly url: string; readonly until: string }> => {
  if (status !== 'complete')
    throw new ApiError('conflict', {
      detail: `This import is ${status}. Its failed rows are put together at its end.`,
    });
  if (counts.failed === 0) throw new ApiError('not_found', { detail: 'No row of this import failed.' });
  const report = reportKey(key);
  if (!(await imports().head(report))) throw new ApiError('gone', { detail: 'Its failed rows are kept no longer.' });
  // Names may hold what no header can.
  const url = await imports().linkTo(report, { seconds: LINK_SECONDS, fileName: 'failed-rows.errors.csv' });
  return { url, until: new Date(now().getTime() + LINK_SECONDS * 1_000).toISOString() };
};

/** What a dry run has found so far that it would change: the first hundred rows. */
export const importChanges = async (
  job: Job,
  { imports, table }: Pick<Services, 'imports' | 'table'>,
): Promise<readonly Change[]> => {
  if (!job.isDryRun) return [];
  const isSettled = job.status === 'complete' ? () => true : settledIn(await chunksOf(job, { table }));
  return readChanges(job, imports(), isSettled);
};

/** How far a job is. One that is complete says so itself. */
export const importProgress = async (job: Job, { table, now }: Reach): Promise<Progress> =>
  progressOf(job, job.status === 'complete' ? [] : await chunksOf(job, { table }), now());

/** Goes on from the last checkpoints, with a job that failed, was paused or cancelled, or seems to be stuck. */
export const retryImportJob = async (account: string, id: string, services: Services): Promise<Job> => {
  const job = await getImportJob(account, id, services);
  if (job.status === 'complete') throw new ApiError('conflict', { detail: 'This import is complete.' });
  if (job.etag === '' && job.dryRun !== undefined) return retryCopy(job, services);
  if (job.etag === '')
    throw new ApiError('conflict', { detail: 'Its file has not come. Upload it, or ask for a new job.' });
  if (job.isPart)
    throw new ApiError('conflict', {
      detail: 'Its file came only in part, as the connection broke. Send it again: the whole is an import of its own.',
    });
  const { error: _, completedAt: __, lastError: ___, ...open } = job;
  const next: Job = { ...open, status: job.status === 'processing' ? 'processing' : 'queued', starts: 0 };
  for (const chunk of await chunksOf(job, services)) {
    if (chunk.status === 'complete') continue;
    await services.table.write(
      update(chunks, chunk, {
        set: { status: 'open', starts: 0 },
        remove: ['lastError'],
        condition: { attribute: 'status', is: '<>', value: 'complete' },
      }),
    );
  }
  await writeAndSend(
    { kind: 'import', account, job: id },
    () => change(job, next, services, ['error', 'lastError', 'completedAt']),
    services.queue(),
  );
  return next;
};

const stops = {
  paused: 'Only one that is queued or processing can be paused.',
  cancelled: 'Only one that is not over can be cancelled.',
} as const;

/** Rows that are settled stay; rows behind the last checkpoints are applied when it goes on. */
export const stopImportJob = async (
  account: string,
  id: string,
  { to, ...services }: Reach & { readonly to: keyof typeof stops },
): Promise<Job> => {
  const job = await getImportJob(account, id, services);
  if (job.status === to) return job;
  const mayStop =
    job.status === 'queued' ||
    job.status === 'processing' ||
    (to === 'cancelled' && (job.status === 'paused' || job.status === 'waiting_for_upload'));
  if (!mayStop) throw new ApiError('conflict', { detail: `This import is ${job.status}. ${stops[to]}` });
  const next: Job = { ...job, status: to, ...(to === 'cancelled' && { completedAt: services.now().toISOString() }) };
  await change(job, next, services);
  return next;
};

const change = async (job: Job, next: Job, { table }: Reach, remove: readonly string[] = []): Promise<void> => {
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
