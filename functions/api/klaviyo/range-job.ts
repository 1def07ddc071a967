import * as v from 'valibot';
import { resource, resourceDocument } from '../../platform/http/response/jsonapi.ts';
import { jobStatuses } from '../../platform/jobs/lifecycle.ts';
import type { JobView } from '../../platform/jobs/view.ts';
import { jobAttributes } from './job-attributes.ts';

/** An end of the range of time that a job is for. */
export const RangeTime = v.pipe(
  v.string(),
  v.isoTimestamp('Not a time in ISO 8601, such as 2026-07-15T10:00:00Z.'),
  v.transform((time) => new Date(time).toISOString()),
);

/** The attributes of such a job, with its counts. */
export const rangeJobView = <const Counts extends v.ObjectEntries>(counts: Counts) =>
  v.partial(
    v.object({
      status: v.picklist(jobStatuses),
      ...counts,
      created_at: v.string(),
      completed_at: v.nullable(v.string()),
      error: v.string(),
    }),
  );

interface ShownJob {
  readonly type: string;
  readonly path: string;
  readonly id: string;
  readonly view: JobView;
  readonly counts: Readonly<Record<string, number>>;
}

export const rangeJobDocument = (
  { type, path, id, view, counts }: ShownJob,
  context: Parameters<typeof resource>[1],
  fields: Parameters<typeof resource>[2],
) => {
  const attributes = { status: view.status, ...counts, ...jobAttributes(view) };
  return resourceDocument(resource({ type, id, path, attributes }, context, fields));
};
