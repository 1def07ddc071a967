import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { encodings } from '../../../domains/imports/csv/encodings.ts';
import type { Chunk } from '../../../domains/imports/jobs/chunk.ts';
import { type Job, type Layout, statuses } from '../../../domains/imports/jobs/job.ts';
import type { Progress } from '../../../domains/imports/jobs/progress.ts';
import { kinds } from '../../../domains/imports/kinds/names.ts';
import { type Counts, total } from '../../../domains/imports/outcomes/counts.ts';
import type { Failure } from '../../../domains/imports/outcomes/failure.ts';
import { type Warning, warningsOf } from '../../../domains/imports/outcomes/warnings.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';

const nullable = v.nullable(v.string());

const countFields = {
  /** Always the sum of the five outcomes. */
  total_count: v.number(),
  created_count: v.number(),
  updated_count: v.number(),
  unchanged_count: v.number(),
  duplicate_count: v.number(),
  failed_count: v.number(),
  /** The number of imported rows with an identifier that was left out. Absent if it is 0. */
  left_out_count: v.number(),
};

export const ImportJobView = v.partial(
  v.object({
    key: v.string(),
    kind: v.picklist(kinds),
    /** Whether the job only shows its changes. */
    dry_run: v.boolean(),
    status: v.picklist(statuses),
    ...countFields,
    created_at: v.string(),
    /** Until when the upload may start, while the job waits for its file. */
    upload_until: nullable,
    /** The dry run of the same file. */
    dry_run_job_id: nullable,
    started_at: nullable,
    completed_at: nullable,
    /** Percentage of the file's bytes. */
    progress: v.number(),
    /** While the job is running. */
    rows_per_second: v.nullable(v.number()),
    seconds_left: v.nullable(v.number()),
    /** Whether a worker was killed. Another continues within two minutes. */
    worker_lost: v.boolean(),
    /** The number of chunks, and of completed ones. */
    chunk_count: v.number(),
    chunk_complete_count: v.number(),
    /** The mapping of its columns: a file beside the upload, with its key as the id, or a saved mapping. */
    mapping: v.nullable(v.object({ source: v.picklist(['file', 'saved']), id: v.string(), name: nullable })),
    /** The encoding and delimiter, from the mapping or detected. */
    encoding: v.nullable(v.picklist(encodings)),
    delimiter: nullable,
    /** The list that its profiles join. */
    list_id: nullable,
    /** The import whose failed rows this one retries, and the latest import that retried this one's. */
    retries_job_id: nullable,
    retried_by_job_id: nullable,
    /** Conditions that the owner should check, although the rows were imported. */
    warnings: v.array(
      v.object({
        code: v.string(),
        message: v.string(),
        column: nullable,
        count: v.nullable(v.number()),
        rows: v.array(v.number()),
      }),
    ),
    error: nullable,
    /** The last error of a failed job. The worker's logs have the details. */
    last_error: v.string(),
  }),
);

export const jobView = (
  job: Job,
  progress: Progress,
  context: Pick<Context, 'origin'>,
  fields?: Selection['fields'],
): Resource => {
  const { id, key, kind, status, createdAt, startedAt, completedAt, error } = job;
  const { counts } = progress;
  return resource(
    {
      type: 'import-job',
      id,
      path: '/api/import-jobs',
      attributes: {
        key,
        kind,
        dry_run: job.isDryRun ?? false,
        status,
        ...countsView(counts),
        created_at: createdAt,
        upload_until: status === 'waiting_for_upload' ? (job.uploadUntil ?? null) : null,
        dry_run_job_id: job.dryRun ?? null,
        started_at: startedAt ?? null,
        completed_at: completedAt ?? null,
        progress: progress.percent,
        rows_per_second: progress.rowsPerSecond ?? null,
        seconds_left: progress.secondsLeft ?? null,
        worker_lost: progress.isWorkerLost,
        chunk_count: progress.chunks,
        chunk_complete_count: progress.chunksComplete,
        mapping: mappingView(job.layout?.mappedBy),
        encoding: job.layout?.encoding ?? null,
        delimiter: job.layout?.delimiter ?? null,
        list_id: job.layout?.list ?? null,
        retries_job_id: job.mends ?? null,
        retried_by_job_id: job.mendedBy ?? null,
        warnings: warningsOf(job, progress).map(warningView),
        error: error ?? null,
        ...(status === 'failed' && job.lastError !== undefined && { last_error: job.lastError }),
      },
    },
    context,
    fields,
  );
};

const warningView = ({ code, message, column, count, rows = [] }: Warning) => ({
  code,
  message,
  column: column ?? null,
  count: count ?? null,
  rows,
});

const mappingView = (mappedBy: Layout['mappedBy']) => (mappedBy ? { ...mappedBy, name: mappedBy.name ?? null } : null);

const countsView = (counts: Counts) => ({
  total_count: total(counts),
  created_count: counts.created,
  updated_count: counts.updated,
  unchanged_count: counts.unchanged,
  duplicate_count: counts.duplicate,
  failed_count: counts.failed,
  ...(counts.leftOut !== undefined && { left_out_count: counts.leftOut }),
});

export const ImportChunkView = v.partial(
  v.object({
    number: v.number(),
    status: v.picklist(['open', 'complete', 'failed']),
    /** The number of its first row; the header is row 1. */
    first_row: v.number(),
    ...countFields,
    progress: v.number(),
  }),
);

export const chunkView = (
  { job, number, status, from, to, before, offset, counts }: Chunk,
  context: Pick<Context, 'origin'>,
  fields?: Selection['fields'],
): Resource =>
  resource(
    {
      type: 'import-chunk',
      id: `${job}-${number}`,
      path: `/api/import-jobs/${job}/chunks`,
      attributes: {
        number,
        status,
        first_row: before + 1,
        ...countsView(counts),
        progress: status === 'complete' ? 100 : Math.min(99, Math.floor(((offset - from) / (to - from)) * 100)),
      },
    },
    context,
    fields,
  );

const ProblemsView = v.array(v.object({ column: nullable, code: v.string(), message: v.string() }));

const problemsView = (problems: Failure['problems']) =>
  problems.map(({ column, code, message }) => ({ column: column ?? null, code, message }));

export const ImportErrorView = v.object({
  row_number: v.number(),
  column: nullable,
  code: v.string(),
  message: v.string(),
  /** Every problem of the row; the first is the one named above. */
  problems: ProblemsView,
  original_row: v.string(),
});

export const ImportNoteView = v.object({
  row_number: v.number(),
  code: v.string(),
  message: v.string(),
  /** The individual problems. `message` joins their texts. */
  problems: ProblemsView,
});

export const noteView = ({ id }: Job, { row, problems }: Failure, context: Pick<Context, 'origin'>): Resource =>
  resource(
    {
      type: 'import-note',
      id: `${id}-${row}`,
      path: `/api/import-jobs/${id}/notes`,
      attributes: {
        row_number: row,
        code: problems[0]?.code ?? '',
        message: problems.map(({ message }) => message).join(' '),
        problems: problemsView(problems),
      },
    },
    context,
  );

/** A response has at most 6 MB, and a page a hundred rows. */
const MAX_ORIGINAL = 10_000;

export const errorView = (
  { id }: Job,
  { row, problems, original }: Failure,
  context: Pick<Context, 'origin'>,
): Resource => {
  const allProblems = problemsView(problems);
  const [first = { column: null, code: 'error', message: '' }] = allProblems;
  const text = original.length > MAX_ORIGINAL ? `${original.slice(0, MAX_ORIGINAL)}…` : original;
  return resource(
    {
      type: 'import-error',
      id: `${id}-${row}`,
      path: `/api/import-jobs/${id}/errors`,
      attributes: { row_number: row, ...first, problems: allProblems, original_row: text },
    },
    context,
  );
};
