import * as v from 'valibot';
import type { BulkDrafts } from '../../../../domains/catalog/bulk/drafts.ts';
import type { BulkKind } from '../../../../domains/catalog/bulk/job.ts';
import { getCatalogJob, listCatalogJobs } from '../../../../domains/catalog/bulk/read.ts';
import { catalogBulk } from '../../../../domains/catalog/bulk/run.ts';
import { startCatalogJob } from '../../../../domains/catalog/bulk/start.ts';
import { ApiError } from '../../../../platform/errors.ts';
import type { Attributes } from '../../../../platform/http/resource/view.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  resourceDocument,
  retryBody,
} from '../../../../platform/http/response/jsonapi.ts';
import { shrinkToPayloadLimit } from '../../../../platform/http/response/shrink-page.ts';
import { jobStatuses } from '../../../../platform/jobs/lifecycle.ts';
import { boundedArray } from '../../../../platform/validation/bounded-array.ts';
import { route } from '../../protocol.ts';
import { includedObjects } from './included.ts';
import { idsInBody, repeatedIds } from './repeated-ids.ts';
import type { Rows } from './rows.ts';
import { CatalogJobView, jobsPath, jobType, jobView, manyOf, placeOf } from './view.ts';

const MAX_OBJECTS = 100;

/** What the jobs for one kind of object have in common. */
export interface Objects<Draft extends { readonly id: string }> {
  readonly object: BulkKind['object'];
  /** The attributes of such an object. */
  readonly schema: Attributes;
  readonly rows: Rows<Draft>;
  readonly toSend: (drafts: readonly Draft[]) => BulkDrafts;
}

const effects = {
  create: 'An object whose id exists already fails with `conflict`.',
  update: 'Absent attributes keep their values. An object that does not exist fails with `not_found`.',
  delete: 'An object that does not exist fails with `not_found`.',
} as const;

const verbs = { create: 'Create', update: 'Update', delete: 'Delete' } as const;

const postOf = <Draft extends { readonly id: string }>(action: BulkKind['action'], declared: Objects<Draft>) => {
  const { object, rows, toSend } = declared;
  const kind = { action, object };
  const many = manyOf[object];
  const type = jobType(kind);
  const id = action === 'create' ? 'attributes/external_id' : 'id';
  const pointerOf = (index: number): string => `${placeOf(object, index)}/${id}`;
  return route({
    method: 'POST',
    path: jobsPath(kind),
    summary: `${verbs[action]} up to ${MAX_OBJECTS} catalog ${many}`,
    description: `The whole request is validated first; an id may be in it once. A 202 means that all of it is stored and will be done. ${effects[action]} Such problems are in the \`errors\` of the job. At most 500 jobs of the catalog can be in progress.`,
    scope: 'catalogs:write',
    status: 202,
    reading: { fields: { [type]: CatalogJobView } },
    body: v.object({
      data: v.object({
        type: v.literal(type),
        attributes: v.object({
          [many]: v.object({
            data: boundedArray(rows[action], {
              min: 1,
              tooFew: `The request has no ${many}.`,
              max: MAX_OBJECTS,
              tooMany: (count) => `${count} ${many}; at most ${MAX_OBJECTS} are allowed. Send several jobs.`,
            }),
          }),
        }),
      }),
    }),
    result: documentSchema(type, CatalogJobView),
    errors: ['throttled'],
    findProblems: async (document) => repeatedIds(idsInBody(document, many, MAX_OBJECTS), pointerOf),

    async handle({ body: { data }, selection }, context) {
      const drafts = data.attributes[many]?.data ?? [];
      const problems = repeatedIds(
        drafts.map(({ id }) => id),
        pointerOf,
      );
      if (problems.length > 0) throw new ApiError('invalid', problems);
      const job = await startCatalogJob(action, toSend(drafts), context);
      return resourceDocument(jobView(job, context, { fields: selection.fields }));
    },
  });
};

const listOf = (kind: BulkKind) => {
  const type = jobType(kind);
  return route({
    method: 'GET',
    path: jobsPath(kind),
    summary: `List jobs that ${kind.action} catalog ${manyOf[kind.object]}`,
    description: 'Newest first. Jobs are kept for 14 days.',
    scope: 'catalogs:read',
    status: 200,
    reading: {
      filters: { status: { operators: ['equals'], oneOf: jobStatuses } },
      fields: { [type]: CatalogJobView },
      page: { default: 20, max: 100 },
    },
    result: collectionSchema(type, CatalogJobView),

    async handle({ selection }, context) {
      const { page } = selection;
      const read = (size: number) => listCatalogJobs(kind, { ...selection, page: { ...page, size } }, context);
      const { items, ...cursors } = await shrinkToPayloadLimit(
        page.size,
        read,
        ({ problems = [] }) =>
          // With the pointers and titles of the response.
          Buffer.byteLength(JSON.stringify(problems)) * 2,
      );
      const resources = items.map((job) => jobView(job, context, { fields: selection.fields }));
      return collectionDocument({ ...cursors, items: resources }, context);
    },
  });
};

const getOf = (kind: BulkKind, schema: Attributes) => {
  const { action, object } = kind;
  const many = manyOf[object];
  const type = jobType(kind);
  return route({
    method: 'GET',
    path: `${jobsPath(kind)}/{id}`,
    summary: `Get a job that ${action}s catalog ${many}`,
    ...(action !== 'delete' && {
      description: `\`include=${many}\` has those that the job has ${action}d so far, as far as a response can hold them.`,
    }),
    scope: 'catalogs:read',
    status: 200,
    reading: {
      fields: { [type]: CatalogJobView, ...(action !== 'delete' && { [`catalog-${object}`]: schema }) },
      ...(action !== 'delete' && { include: [many] }),
    },
    result: documentSchema(type, CatalogJobView),
    errors: ['not_found'],

    async handle({ params, selection: { include, fields: selected } }, context) {
      const job = await getCatalogJob(params.id, kind, context);
      if (!include.includes(many)) return resourceDocument(jobView(job, context, { fields: selected }));
      const objects = await includedObjects(job, selected, context);
      return resourceDocument(jobView(job, context, { fields: selected, objects }), objects);
    },
  });
};

const patchOf = (kind: BulkKind) => {
  const type = jobType(kind);
  return route({
    method: 'PATCH',
    path: `${jobsPath(kind)}/{id}`,
    summary: `Retry a job that ${kind.action}s catalog ${manyOf[kind.object]}`,
    description:
      'A job that could not be completed is `failed`, with an `error`. Set its status to `queued` to continue after the ' +
      'objects that already have an outcome. Not in Klaviyo’s API.',
    scope: 'catalogs:write',
    status: 200,
    reading: { fields: { [type]: CatalogJobView } },
    body: retryBody(type),
    result: documentSchema(type, CatalogJobView),
    errors: ['not_found', 'conflict'],

    async handle({ params, selection: { fields } }, context) {
      const job = await catalogBulk.retry(await getCatalogJob(params.id, kind, context), context);
      return resourceDocument(jobView(job, context, { fields }));
    },
  });
};

/** The endpoints of one kind of job. */
export const defineBulkJob = <Draft extends { readonly id: string }>(
  action: BulkKind['action'],
  declared: Objects<Draft>,
) => {
  const kind = { action, object: declared.object };
  return {
    post: postOf(action, declared),
    list: listOf(kind),
    get: getOf(kind, declared.schema),
    patch: patchOf(kind),
  };
};
