import { ApiError } from '../../../platform/errors.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { jobStatuses } from '../../../platform/jobs/lifecycle.ts';
import type { Page } from '../../../platform/table/listing/pages.ts';
import type { Context } from '../../accounts/context.ts';
import { type BulkKind, type CatalogJob, jobsPk } from './job.ts';
import { absence, catalogBulk } from './run.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** A job of this kind. @throws ApiError `not_found` */
export const getCatalogJob = async (
  id: string,
  { action, object }: BulkKind,
  { account, table }: Deps,
): Promise<CatalogJob> => {
  const job = await catalogBulk.get({ account, id }, { table });
  if (job.action === action && job.object === object) return job;
  throw new ApiError('not_found', { detail: absence() });
};

/** Lists jobs of a kind, newest first. */
export const listCatalogJobs = async (
  kind: BulkKind,
  { filters, page }: Pick<Selection, 'filters' | 'page'>,
  { account, table }: Deps,
): Promise<Page<CatalogJob>> => {
  const statuses = jobStatuses.filter((status) => filters.every(({ values }) => values.includes(status)));
  const { items, ...cursors } = await catalogBulk.list(
    {
      index: 'gsi1',
      partitions: statuses.map((status) => jobsPk(account, kind, status)),
      idOf: ({ gsi1sk }) => ({ account, id: String(gsi1sk) }),
      descending: true,
      ...page,
    },
    { table },
  );
  return { ...cursors, items: items.filter(({ status }) => statuses.includes(status)) };
};
