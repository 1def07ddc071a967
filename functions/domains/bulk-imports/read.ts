import type { Selection } from '../../platform/http/query/reading.ts';
import type { Page, PageRequest } from '../../platform/table/pages.ts';
import { listPage } from '../../platform/table/pages.ts';
import type { Context } from '../accounts/context.ts';
import { type BulkJob, jobStatuses, type RowError } from './job.ts';
import { bulkJobs, ERRORS, importedProfiles, jobPk, jobsPk, PROFILES, rowErrors } from './store.ts';

type Reach = Pick<Context, 'account' | 'table'>;

/** The newest first, unless asked for otherwise. */
export const listBulkJobs = async (
  { filters, sort, page }: Pick<Selection, 'filters' | 'sort' | 'page'>,
  { account, table }: Reach,
): Promise<Page<BulkJob>> => {
  const statuses = jobStatuses.filter((status) => filters.every(({ values }) => values.includes(status)));
  const { items, ...cursors } = await listPage(table, {
    index: 'gsi1',
    partitions: statuses.map((status) => jobsPk(account, status)),
    descending: sort?.descending ?? true,
    ...page,
  });
  // A job that has just changed its status may stand under both in the index.
  const ids = [...new Set(items.map(({ gsi1sk }) => String(gsi1sk)))];
  const jobs = await table.getMany(
    bulkJobs,
    ids.map((id) => ({ account, id })),
  );
  return {
    ...cursors,
    items: jobs.filter((job) => job !== undefined).filter(({ status }) => statuses.includes(status)),
  };
};

const rangeIn = (job: BulkJob, prefix: string, page: PageRequest) => ({
  partitions: [jobPk(job.account, job.id)],
  prefix,
  descending: false,
  ...page,
});

export const listRowErrors = async (job: BulkJob, page: PageRequest, { table }: Reach): Promise<Page<RowError>> => {
  const { items, ...cursors } = await listPage(table, rangeIn(job, ERRORS, page));
  return { ...cursors, items: items.map(rowErrors.fromItem) };
};

/** The ids of the profiles that a job has completed so far. */
export const listImported = async (job: BulkJob, page: PageRequest, { table }: Reach): Promise<Page<string>> => {
  const { items, ...cursors } = await listPage(table, rangeIn(job, PROFILES, page));
  return { ...cursors, items: items.map((item) => importedProfiles.fromItem(item).profileId) };
};
