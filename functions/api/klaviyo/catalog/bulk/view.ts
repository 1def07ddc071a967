import * as v from 'valibot';
import type { Context } from '../../../../domains/accounts/context.ts';
import type { BulkKind, CatalogJob } from '../../../../domains/catalog/bulk/job.ts';
import { catalogBulk } from '../../../../domains/catalog/bulk/run.ts';
import { withUtcOffsetOrNull } from '../../../../model/offset-time.ts';
import { errorCodes } from '../../../../platform/errors.ts';
import type { Selection } from '../../../../platform/http/query/selection.ts';
import { type Identifier, type Resource, resource } from '../../../../platform/http/response/jsonapi.ts';
import { jobStatuses } from '../../../../platform/jobs/lifecycle.ts';
import { jobAttributes } from '../../job-attributes.ts';
import { resourceProblem } from '../attributes.ts';

export const jobType = ({ action, object }: BulkKind) => `catalog-${object}-bulk-${action}-job` as const;
export const jobsPath = (kind: BulkKind) => `/api/${jobType(kind)}s` as const;

/** The name of a job's objects in bodies and relationships. */
export const manyOf = { item: 'items', variant: 'variants', category: 'categories' } as const;

const time = v.nullable(v.string());

export const CatalogJobView = v.partial(
  v.object({
    status: v.picklist(jobStatuses),
    created_at: v.string(),
    total_count: v.number(),
    completed_count: v.number(),
    failed_count: v.number(),
    completed_at: time,
    /** What is wrong with each failed object. `source.pointer` points into the request of the job. */
    errors: v.array(
      v.object({
        id: v.string(),
        code: v.string(),
        title: v.string(),
        detail: v.string(),
        source: v.object({ pointer: v.string() }),
      }),
    ),
    expires_at: time,
    /** Why the job as a whole failed. */
    error: v.string(),
  }),
);

/** The place of an object in the request of its job. */
export const placeOf = (object: BulkKind['object'], index: number): string =>
  `/data/attributes/${manyOf[object]}/data/${index}`;

const pointerOf = (
  { object, action }: CatalogJob,
  { row, field, index, detail }: NonNullable<CatalogJob['problems']>[number],
): string => {
  const at = placeOf(object, row - 1);
  if (field === undefined) return at;
  if (field === 'id' && action !== 'create') return `${at}/id`;
  if (field === 'items') return `${at}/relationships/items/data${index === undefined ? '' : `/${index}/id`}`;
  const problem = { code: 'invalid', field, detail, ...(index !== undefined && { index }) } as const;
  return resourceProblem(problem, at).source?.pointer ?? at;
};

const errorsOf = (job: CatalogJob) =>
  (job.problems ?? []).map((problem, i) => ({
    id: `${job.id}-${i + 1}`,
    code: problem.code,
    title: errorCodes[problem.code].title,
    detail: problem.detail,
    source: { pointer: pointerOf(job, problem) },
  }));

/** A job as a resource. `objects` are those that it created or updated, if the request includes them. */
export const jobView = (
  job: CatalogJob,
  context: Pick<Context, 'origin'>,
  { fields, objects }: { readonly fields: Selection['fields']; readonly objects?: readonly Identifier[] },
): Resource => {
  const view = catalogBulk.view(job);
  const many = manyOf[job.object];
  return resource(
    {
      type: jobType(job),
      id: job.id,
      path: jobsPath(job),
      attributes: {
        status: job.status,
        ...jobAttributes(view),
        errors: errorsOf(job),
        expires_at: withUtcOffsetOrNull(view.expiresAt),
      },
      ...(objects && {
        relationships: { [many]: objects.map(({ type, id }) => ({ type, id })) },
        relationshipLinks: { [many]: 'nowhere' as const },
      }),
    },
    context,
    fields,
  );
};
