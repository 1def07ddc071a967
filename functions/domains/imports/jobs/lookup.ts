import { reading } from '../../../platform/jobs/list.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { type Page, readAllItems } from '../../../platform/table/listing/pages.ts';
import type { Job, JobStatus } from './job.ts';
import { jobLists, jobs } from './store.ts';

type Deps = Pick<Services, 'table'>;

interface Filter {
  readonly kinds?: readonly Job['kind'][];
  readonly statuses?: readonly JobStatus[];
  readonly size?: number;
  readonly cursor?: string;
}

const { get, list } = reading(jobs, (id) => `There is no import job ${id}.`);

/** The newest first. */
export const listImportJobs = (
  account: string,
  { table }: Deps,
  { size = 50, cursor, ...of }: Filter = {},
): Promise<Page<Job>> =>
  list(
    {
      index: 'gsi1',
      partitions: jobLists(account, of),
      descending: true,
      size,
      ...(cursor && { cursor }),
      idOf: ({ gsi1sk }) => ({ account, id: String(gsi1sk).split('#').at(-1) ?? '' }),
    },
    { table },
  );

/** @throws ApiError `not_found` */
export const getImportJob = (account: string, id: string, { table }: Deps): Promise<Job> =>
  get({ account, id }, { table });

const PAGE = 500;

/** All import jobs of an account, the newest first. */
export const allImportJobs = async (account: string, deps: Deps): Promise<Job[]> => {
  const all: Job[] = [];
  for await (const job of readAllItems((page) => listImportJobs(account, deps, page), PAGE)) all.push(job);
  return all;
};
