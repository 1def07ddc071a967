import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { importChanges, importFailures, importProgress, stopImportJob } from '../../../domains/imports/actions.ts';
import { type Job, type JobStatus, statuses } from '../../../domains/imports/jobs/job.ts';
import { chunksOf } from '../../../domains/imports/jobs/listing.ts';
import { getImportJob as findJob, listImportJobs } from '../../../domains/imports/jobs/lookup.ts';
import { kinds } from '../../../domains/imports/kinds/names.ts';
import type { Failure } from '../../../domains/imports/outcomes/failure.ts';
import { retryImportJob } from '../../../domains/imports/uploads/retry.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  type Resource,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { route } from '../protocol.ts';
import { changeView, ImportChangeView } from './dry-run-view.ts';
import {
  chunkView,
  errorView,
  ImportChunkView,
  ImportErrorView,
  ImportJobView,
  ImportNoteView,
  jobView,
  noteView,
} from './view.ts';

export const getImportJobs = route({
  method: 'GET',
  path: '/api/import-jobs',
  summary: 'List import jobs',
  description: 'Newest first. Counts are rows; `total_count` is always the sum of the other five.',
  scope: 'imports:read',
  status: 200,
  reading: {
    filters: {
      status: { operators: ['equals', 'any'], oneOf: statuses },
      kind: { operators: ['equals'], oneOf: kinds },
    },
    fields: { 'import-job': ImportJobView },
    page: { default: 20, max: 100 },
  },
  result: collectionSchema('import-job', ImportJobView),

  async handle({ selection }, context) {
    const jobFilter = {
      kinds: allowedValues(selection, 'kind', kinds),
      statuses: allowedValues(selection, 'status', statuses),
    };
    const { items, ...page } = await listImportJobs(context.account, context, { ...jobFilter, ...selection.page });
    const views = await inParallel(items, 10, (job) => viewWithProgress(job, context, selection.fields));
    return collectionDocument({ ...page, items: views }, context);
  },
});

const viewWithProgress = async (job: Job, context: Context, fields?: Selection['fields']): Promise<Resource> =>
  jobView(job, await importProgress(job, context), context, fields);

/** The values that all filters on a field have in common. */
const allowedValues = <T extends string>({ filters }: Selection, field: string, all: readonly T[]): readonly T[] =>
  all.filter((name) => filters.filter((filter) => filter.field === field).every(({ values }) => values.includes(name)));

export const getImportJob = route({
  method: 'GET',
  path: '/api/import-jobs/{id}',
  summary: 'Get an import job',
  scope: 'imports:read',
  status: 200,
  reading: { fields: { 'import-job': ImportJobView } },
  result: documentSchema('import-job', ImportJobView),

  async handle({ params, selection }, context) {
    return resourceDocument(
      await viewWithProgress(await findJob(context.account, params.id, context), context, selection.fields),
    );
  },
});

export const getChunksForImportJob = route({
  method: 'GET',
  path: '/api/import-jobs/{id}/chunks',
  summary: 'List the chunks of an import job',
  description: 'In file order, each with its own counts. A small file is one chunk.',
  scope: 'imports:read',
  status: 200,
  reading: { fields: { 'import-chunk': ImportChunkView }, page: { default: 100, max: 1_000 } },
  result: collectionSchema('import-chunk', ImportChunkView),

  async handle({ params, selection: { page, fields } }, context) {
    const all = await chunksOf(await findJob(context.account, params.id, context), context);
    const first = parseRowCursor(page.cursor);
    const items = all.slice(first, first + page.size).map((chunk) => chunkView(chunk, context, fields));
    const next = first + page.size < all.length ? { next: String(first + page.size) } : {};
    return collectionDocument({ items, ...next }, context);
  },
});

/** Creates a handler that lists the reported rows of a job. */
const rowsHandler =
  (source: 'errors' | 'notes', view: (job: Job, row: Failure, context: Context) => Resource) =>
  async (
    { params, selection: { page } }: { readonly params: { readonly id: string }; readonly selection: Selection },
    context: Context,
  ) => {
    const job = await findJob(context.account, params.id, context);
    const pageRequest = { what: source, after: parseRowCursor(page.cursor), size: page.size };
    const { failures, hasMore } = await importFailures(job, pageRequest, context);
    const last = failures.at(-1);
    const next = hasMore && last ? { next: String(last.row) } : {};
    return collectionDocument({ items: failures.map((row) => view(job, row, context)), ...next }, context);
  };

export const getErrorsForImportJob = route({
  method: 'GET',
  path: '/api/import-jobs/{id}/errors',
  summary: 'List the failed rows of an import job',
  description: 'In file order. The header is row 1. The same rows are in a CSV file beside the uploaded one.',
  scope: 'imports:read',
  status: 200,
  reading: { page: { default: 20, max: 100 } },
  result: collectionSchema('import-error', ImportErrorView),

  handle: rowsHandler('errors', errorView),
});

export const getNotesForImportJob = route({
  method: 'GET',
  path: '/api/import-jobs/{id}/notes',
  summary: 'List the notes of an import job',
  description:
    'In file order. `left_out`: an identifier of the row belongs to another profile, and stays there. ' +
    '`doubtful_phone_number`: no known numbering plan has the number. `warnings` of the job counts the same ' +
    'notes.',
  scope: 'imports:read',
  status: 200,
  reading: { page: { default: 20, max: 100 } },
  result: collectionSchema('import-note', ImportNoteView),

  handle: rowsHandler('notes', noteView),
});

export const getChangesForImportJob = route({
  method: 'GET',
  path: '/api/import-jobs/{id}/changes',
  summary: 'List the changes of a dry run',
  description:
    'The first hundred rows that would change something, in file order, each field before and after. Empty for an import that is not a dry run.',
  scope: 'imports:read',
  status: 200,
  reading: { page: { default: 20, max: 100 } },
  result: collectionSchema('import-change', ImportChangeView),

  async handle({ params, selection: { page } }, context) {
    const job = await findJob(context.account, params.id, context);
    const first = parseRowCursor(page.cursor);
    const all = await importChanges(job, context);
    const items = all.slice(first, first + page.size).map((change) => changeView(job, change, context));
    const next = first + page.size < all.length ? { next: String(first + page.size) } : {};
    return collectionDocument({ items, ...next }, context);
  },
});

const parseRowCursor = (cursor = '0'): number => {
  if (/^\d{1,12}$/.test(cursor)) return Number(cursor);
  throw new ApiError('invalid', {
    detail: 'This cursor is invalid. Take it from links.next of an earlier response.',
    source: { parameter: 'page[cursor]' },
  });
};

export const updateImportJob = route({
  method: 'PATCH',
  path: '/api/import-jobs/{id}',
  summary: 'Pause, resume, cancel or retry an import job',
  description:
    '`paused` and `cancelled` stop the job; processed rows stay. `queued` continues a paused, failed, canceled ' +
    'or stuck job from there, with failed and open chunks. A file that arrived incomplete by SFTP cannot be ' +
    'continued.',
  scope: 'imports:write',
  status: 200,
  body: v.strictObject({
    data: v.strictObject({
      type: v.literal('import-job'),
      id: v.optional(v.string()),
      attributes: v.strictObject({ status: v.picklist(['paused', 'cancelled', 'queued']) }),
    }),
  }),
  result: documentSchema('import-job', ImportJobView),
  errors: ['not_found', 'conflict'],

  async handle({ params, body }, context) {
    const { status } = body.data.attributes;
    return resourceDocument(
      await viewWithProgress(await statusChanges[status](context.account, params.id, context), context),
    );
  },
});

type StatusChange = (account: string, id: string, services: Services) => Promise<Job>;

const statusChanges: Readonly<Record<Extract<JobStatus, 'paused' | 'cancelled' | 'queued'>, StatusChange>> = {
  paused: (account, id, services) => stopImportJob(account, id, { ...services, to: 'paused' }),
  cancelled: (account, id, services) => stopImportJob(account, id, { ...services, to: 'cancelled' }),
  queued: retryImportJob,
};
