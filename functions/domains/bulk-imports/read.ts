import type { Selection } from '../../platform/http/query/selection.ts';
import { listPage, type Page, type PageRequest } from '../../platform/table/listing/pages.ts';
import type { Context } from '../accounts/context.ts';
import { type BulkJob, jobStatuses, type RowError } from './job.ts';
import { bulkImport } from './run.ts';
import { importedProfiles, jobPk, jobsPk, PROFILES, rowErrors } from './store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** Lists jobs, newest first by default. */
export const listBulkJobs = async (
  { filters, sort, page }: Pick<Selection, 'filters' | 'sort' | 'page'>,
  { account, table }: Deps,
): Promise<Page<BulkJob>> => {
  const statuses = jobStatuses.filter((status) => filters.every(({ values }) => values.includes(status)));
  const { items, ...cursors } = await bulkImport.list(
    {
      index: 'gsi1',
      partitions: statuses.map((status) => jobsPk(account, status)),
      idOf: ({ gsi1sk }) => ({ account, id: String(gsi1sk) }),
      descending: sort?.descending ?? true,
      ...page,
    },
    { table },
  );
  return { ...cursors, items: items.filter(({ status }) => statuses.includes(status)) };
};

const rangeIn = (job: BulkJob, prefix: string, page: PageRequest) => ({
  partitions: [jobPk(job.account, job.id)],
  prefix,
  descending: false,
  ...page,
});

export const listRowErrors = ({ account, id }: BulkJob, page: PageRequest, deps: Deps): Promise<Page<RowError>> =>
  rowErrors.list({ account, job: id }, page, deps);

/** Lists the ids of the profiles that a job has completed so far. */
export const listImported = async (job: BulkJob, page: PageRequest, { table }: Deps): Promise<Page<string>> => {
  const { items, ...cursors } = await listPage(table, rangeIn(job, PROFILES, page));
  return { ...cursors, items: items.map((item) => importedProfiles.fromItem(item).profileId) };
};
