import { ApiError } from '../../../platform/errors.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { listPage, type Page, readAllItems } from '../../../platform/table/pages.ts';
import type { Job, JobStatus } from './job.ts';
import { jobLists, jobs } from './store.ts';

type Deps = Pick<Services, 'table'>;

interface Filter {
  readonly kinds?: readonly Job['kind'][];
  readonly statuses?: readonly JobStatus[];
  readonly size?: number;
  readonly cursor?: string;
}

/** The newest first. */
export const listImportJobs = async (
  account: string,
  { table }: Deps,
  { size = 50, cursor, ...of }: Filter = {},
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

export const getImportJob = async (account: string, id: string, { table }: Deps): Promise<Job> => {
  const job = await table.get(jobs, { account, id });
  if (!job) throw new ApiError('not_found', { detail: `There is no import job ${id}.` });
  return job;
};

const PAGE = 500;

/** All import jobs of an account that are remembered, the newest first. */
export const allImportJobs = async (account: string, deps: Deps): Promise<Job[]> => {
  const all: Job[] = [];
  for await (const job of readAllItems((page) => listImportJobs(account, deps, page), PAGE)) all.push(job);
  return all;
};
