import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { cancelExport, linkToFiles, listExports, startExport } from '../../../domains/exports/actions.ts';
import { type ExportJob, exportFormats, exportKinds } from '../../../domains/exports/records/job.ts';
import { exportJob } from '../../../domains/exports/run.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { reply } from '../../../platform/http/route.ts';
import { route } from '../protocol.ts';
import { EXPORT_JOB, EXPORT_PATH, ExportJobView, exportJobView } from './view.ts';

const getJob = (id: string, { account, table }: Pick<Context, 'account' | 'table'>): Promise<ExportJob> =>
  exportJob.get({ account, id }, { table });

const fields = { [EXPORT_JOB]: ExportJobView };

export const createExportJob = route({
  method: 'POST',
  path: EXPORT_PATH,
  summary: 'Export profiles, lists, events or consent',
  description:
    '`profiles` have their consent and suppressions, `lists` their members and opt-outs, `events` are those that are ' +
    'stored, `consent` is the ledger. `csv` can be imported again unchanged; `ndjson` has everything.',
  scope: 'exports:write',
  status: 202,
  reading: { fields },
  body: v.object({
    data: v.object({
      type: v.literal(EXPORT_JOB),
      attributes: v.object({ kind: v.picklist(exportKinds), format: v.optional(v.picklist(exportFormats), 'csv') }),
    }),
  }),
  result: documentSchema(EXPORT_JOB, ExportJobView),

  async handle({ body, selection }, context) {
    const job = await startExport(body.data.attributes, context);
    return resourceDocument(exportJobView(job, selection, context));
  },
});

export const getExportJobs = route({
  method: 'GET',
  path: EXPORT_PATH,
  summary: 'List export jobs',
  description: 'Newest first, without download links. Jobs are kept for 30 days.',
  scope: 'exports:read',
  status: 200,
  reading: { fields, page: { default: 20, max: 100 } },
  result: collectionSchema(EXPORT_JOB, ExportJobView),

  async handle({ selection }, context) {
    const { items, ...cursors } = await listExports(selection.page, context);
    const shown = items.map((job) => exportJobView(job, selection, context));
    return collectionDocument({ items: shown, ...cursors }, context);
  },
});

export const getExportJob = route({
  method: 'GET',
  path: `${EXPORT_PATH}/{id}`,
  summary: 'Get an export job, with download links for its files',
  description:
    'When the job is complete, each `download_url` downloads a file for 15 minutes, without a key: treat it as a ' +
    'secret. Each call creates new links and records the key that requested them. Files expire after a day ' +
    '(`files_expire_at`). Erasing a person cancels all exports and removes their files.',
  scope: 'exports:read',
  status: 200,
  reading: { fields },
  result: documentSchema(EXPORT_JOB, ExportJobView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const { job, links } = await linkToFiles(await getJob(params.id, context), context);
    return reply(resourceDocument(exportJobView(job, { links, ...selection }, context)), {
      headers: { 'cache-control': 'no-store' },
    });
  },
});

export const updateExportJob = route({
  method: 'PATCH',
  path: `${EXPORT_PATH}/{id}`,
  summary: 'Cancel or retry an export job',
  description: '`cancelled` ends the job and removes its files. `queued` starts a failed job again.',
  scope: 'exports:write',
  status: 200,
  reading: { fields },
  body: v.object({
    data: v.object({
      type: v.literal(EXPORT_JOB),
      id: v.optional(v.string()),
      attributes: v.object({ status: v.picklist(['cancelled', 'queued']) }),
    }),
  }),
  result: documentSchema(EXPORT_JOB, ExportJobView),
  errors: ['not_found', 'conflict'],

  async handle({ params, body, selection }, context) {
    const job = await getJob(params.id, context);
    if (body.data.attributes.status === 'queued')
      return resourceDocument(exportJobView(await exportJob.retry(job, context), selection, context));
    await cancelExport(job, context);
    return resourceDocument(exportJobView(await getJob(params.id, context), selection, context));
  },
});
