import * as v from 'valibot';
import type { Services } from '../context.ts';
import { ApiError } from '../errors.ts';
import { collection, collectionOf, documentOf, one } from '../http/jsonapi.ts';
import type { Selection } from '../http/reading.ts';
import { route } from '../http/route.ts';
import { cancelImportJob, getImportJob as findJob, importFailures, listImportJobs, retryImportJob } from './actions.ts';
import { type Job, type JobStatus, kinds, statuses } from './job.ts';
import { errorView, ImportErrorView, ImportJobView, jobView } from './view.ts';

export const getImportJobs = route({
  method: 'GET',
  path: '/api/import-jobs',
  summary: 'List import jobs',
  description: 'The newest first. Counts are of rows; total_count is the sum of the other five at any time.',
  scope: 'imports:read',
  status: 200,
  reading: {
    filters: { status: { operators: ['equals', 'any'] }, kind: { operators: ['equals'] } },
    fields: ['import-job'],
    page: { default: 20, max: 100 },
  },
  result: collectionOf('import-job', ImportJobView),

  async handle({ selection }, context) {
    const asked = { kinds: chosen(selection, 'kind', kinds), statuses: chosen(selection, 'status', statuses) };
    const { items, ...page } = await listImportJobs(context.account, context, { ...asked, ...selection.page });
    return collection({ ...page, items: items.map((job) => jobView(job, context, selection.fields)) }, context);
  },
});

/** The names that all filters on a field allow; a name that there isn't is none of them. */
const chosen = <T extends string>({ filters }: Selection, field: string, all: readonly T[]): readonly T[] =>
  all.filter((name) => filters.filter((filter) => filter.field === field).every(({ values }) => values.includes(name)));

export const getImportJob = route({
  method: 'GET',
  path: '/api/import-jobs/{id}',
  summary: 'Get an import job',
  scope: 'imports:read',
  status: 200,
  reading: { fields: ['import-job'] },
  result: documentOf('import-job', ImportJobView),

  async handle({ params, selection }, context) {
    return one(jobView(await findJob(context.account, params.id, context), context, selection.fields));
  },
});

export const getErrorsForImportJob = route({
  method: 'GET',
  path: '/api/import-jobs/{id}/errors',
  summary: 'List the rows of an import job that failed',
  description:
    'In the order of the file. The header is row 1. The same rows are in a CSV file beside the uploaded one.',
  scope: 'imports:read',
  status: 200,
  reading: { page: { default: 20, max: 100 } },
  result: collectionOf('import-error', ImportErrorView),

  async handle({ params, selection: { page } }, context) {
    const job = await findJob(context.account, params.id, context);
    const after = rowIn(page.cursor);
    const { failures, hasMore } = await importFailures(job, { after, size: page.size }, context);
    const last = failures.at(-1);
    const next = hasMore && last ? { next: String(last.row) } : {};
    return collection({ items: failures.map((failure) => errorView(job, failure, context)), ...next }, context);
  },
});

const rowIn = (cursor = '0'): number => {
  if (/^\d{1,12}$/.test(cursor)) return Number(cursor);
  throw new ApiError('invalid', {
    detail: 'This cursor is not one of ours. Take it from links.next of an earlier answer.',
    source: { parameter: 'page[cursor]' },
  });
};

export const updateImportJob = route({
  method: 'PATCH',
  path: '/api/import-jobs/{id}',
  summary: 'Cancel or retry an import job',
  description:
    "Status 'cancelled' stops it after the rows that are settled, which stay. 'queued' lets a failed, cancelled or stuck one go on from there.",
  scope: 'imports:write',
  status: 200,
  body: v.strictObject({
    data: v.strictObject({
      type: v.literal('import-job'),
      id: v.optional(v.string()),
      attributes: v.strictObject({ status: v.picklist(['cancelled', 'queued']) }),
    }),
  }),
  result: documentOf('import-job', ImportJobView),

  async handle({ params, body }, context) {
    const { status } = body.data.attributes;
    return one(jobView(await moves[status](context.account, params.id, context), context));
  },
});

const moves: Readonly<
  Record<Extract<JobStatus, 'cancelled' | 'queued'>, (account: string, id: string, services: Services) => Promise<Job>>
> = { cancelled: cancelImportJob, queued: retryImportJob };
