import type { Job } from '../../../functions/domains/imports/jobs/job.ts';
import type { Progress } from '../../../functions/domains/imports/jobs/progress.ts';
import type { Change } from '../../../functions/domains/imports/kinds/change.ts';
import { total } from '../../../functions/domains/imports/outcomes/counts.ts';
import type { Failure } from '../../../functions/domains/imports/outcomes/failure.ts';
import { type Warning, warningsOf } from '../../../functions/domains/imports/outcomes/warnings.ts';
import { escapeControls, formatTable } from '../cli/output.ts';
import { nextStep, progressLine } from './watch.ts';

/** A row of `imports list`. */
export const summary = ({ job, progress }: { readonly job: Job; readonly progress: Progress }) => {
  const { id, key, status, createdAt } = job;
  const { counts, percent } = progress;
  return {
    id,
    file: key,
    status,
    done: `${percent} %`,
    rows: total(counts),
    failed: counts.failed,
    dropped: createdAt,
  };
};

interface Details {
  readonly failures: readonly Failure[];
  readonly changes: readonly Change[];
}

export const report = (job: Job, progress: Progress, { failures, changes }: Details): string =>
  [
    `${escapeControls(job.key)}: ${job.status}${job.isDryRun ? ', a dry run' : ''}${job.error ? `: ${escapeControls(job.error)}` : ''}`,
    progressLine(job, progress),
    ...encodingLines(job),
    ...mappingLines(job),
    ...warningsOf(job, progress).map(warningLine),
    `dropped ${job.createdAt}, started ${job.startedAt ?? '-'}, ended ${job.completedAt ?? '-'}`,
    ...(failures.length > 0 ? ['', formatTable(failures.flatMap(failureRows)), ''] : []),
    ...(changes.length > 0 ? ['', formatTable(changes.flatMap(changeRows)), ''] : []),
    nextStep(job, progress.counts),
  ].join('\n');

const warningLine = ({ message, column, count, rows = [] }: Warning): string => {
  const where = count === undefined ? '' : ` ${count} rows, such as ${rows.join(', ')}.`;
  return escapeControls(`warning${column === undefined ? '' : ` for '${column}'`}: ${message}${where}`);
};

const encodingLines = ({ layout }: Job): string[] =>
  layout?.encoding === undefined
    ? []
    : [`read as ${layout.encoding}, separated by ${JSON.stringify(layout.delimiter)}`];

const mappingLines = ({ layout }: Job): string[] => {
  const { source, id, name } = layout?.mappedBy ?? {};
  if (source === undefined) return [];
  return [escapeControls(source === 'file' ? `by the mapping ${id}` : `by the saved mapping ${name} (${id})`)];
};

const failureRows = ({ row, problems }: Failure) =>
  problems.map(({ column, code, message }) => ({ row, column, code, problem: message }));

/** One row for each event and each changed field. */
const changeRows = ({ row, outcome, profile, product, fields, event }: Change) => {
  const name = profile.email ?? profile.phone_number ?? profile.external_id ?? profile.id ?? product;
  const common = { row, outcome, who: formatValue(name) };
  return [
    ...(event ? [{ ...common, what: formatValue(event.metric), before: '', after: `at ${event.time}` }] : []),
    ...fields.map(({ field, before, after }) => ({
      ...common,
      what: formatValue(field),
      before: formatValue(before),
      after: formatValue(after),
    })),
  ];
};

const MAX_LENGTH = 60;

const formatValue = (value: unknown): string => {
  if (value === undefined) return '';
  const isPlain = typeof value === 'string' && value === escapeControls(value);
  const text = isPlain ? value : escapeControls(JSON.stringify(value));
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
};
