import * as v from 'valibot';
import type { Context } from '../context.ts';
import { type Resource, resource } from '../http/jsonapi.ts';
import type { Selection } from '../http/reading.ts';
import { type Failure, type Job, kinds, statuses, total } from './job.ts';

const nullable = v.nullable(v.string());

export const ImportJobView = v.partial(
  v.object({
    key: v.string(),
    kind: v.picklist(kinds),
    status: v.picklist(statuses),
    /** The sum of the other five, at any time. */
    total_count: v.number(),
    created_count: v.number(),
    updated_count: v.number(),
    unchanged_count: v.number(),
    duplicate_count: v.number(),
    failed_count: v.number(),
    created_at: v.string(),
    started_at: nullable,
    completed_at: nullable,
    progress: v.number(),
    error: nullable,
  }),
);

export const jobView = (job: Job, context: Pick<Context, 'origin'>, fields?: Selection['fields']): Resource => {
  const { id, key, kind, status, counts, createdAt, startedAt, completedAt, error, offset, size } = job;
  const share = size === 0 ? 0 : Math.floor((offset / size) * 100);
  return resource(
    {
      type: 'import-job',
      id,
      path: '/api/import-jobs',
      attributes: {
        key,
        kind,
        status,
        total_count: total(counts),
        created_count: counts.created,
        updated_count: counts.updated,
        unchanged_count: counts.unchanged,
        duplicate_count: counts.duplicate,
        failed_count: counts.failed,
        created_at: createdAt,
        started_at: startedAt ?? null,
        completed_at: completedAt ?? null,
        progress: status === 'complete' ? 100 : Math.min(share, 99),
        error: error ?? null,
      },
    },
    context,
    fields,
  );
};

export const ImportErrorView = v.object({
  row_number: v.number(),
  column: nullable,
  code: v.string(),
  message: v.string(),
  /** Every problem of the row; the first is the one named above. */
  problems: v.array(v.object({ column: nullable, code: v.string(), message: v.string() })),
  original_row: v.string(),
});

/** An answer has at most 6 MB, and a page a hundred rows. */
const MAX_ORIGINAL = 10_000;

export const errorView = (
  { id }: Job,
  { row, problems, original }: Failure,
  context: Pick<Context, 'origin'>,
): Resource => {
  const all = problems.map(({ column, code, message }) => ({ column: column ?? null, code, message }));
  const [first = { column: null, code: 'error', message: '' }] = all;
  const text = original.length > MAX_ORIGINAL ? `${original.slice(0, MAX_ORIGINAL)}…` : original;
  return resource(
    {
      type: 'import-error',
      id: `${id}-${row}`,
      path: `/api/import-jobs/${id}/errors`,
      attributes: { row_number: row, ...first, problems: all, original_row: text },
    },
    context,
  );
};
