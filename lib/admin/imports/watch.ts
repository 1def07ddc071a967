import { setTimeout as sleep } from 'node:timers/promises';
import { importProgress } from '../../../functions/domains/imports/actions.ts';
import type { Job } from '../../../functions/domains/imports/jobs/job.ts';
import { getImportJob } from '../../../functions/domains/imports/jobs/lookup.ts';
import type { Progress } from '../../../functions/domains/imports/jobs/progress.ts';
import { nameOf } from '../../../functions/domains/imports/names/keys.ts';
import { type Counts, total } from '../../../functions/domains/imports/outcomes/counts.ts';
import { reportKey } from '../../../functions/domains/imports/places/report-keys.ts';
import { isUnreachable } from '../cli/advice.ts';
import { importJson } from '../cli/api-json.ts';
import { escapeControls } from '../cli/output.ts';
import type { CommandContext } from '../deployment/command.ts';
import { suggestRepairs } from './repair.ts';

const POLL_MS = 1_000;
/** How long a network outage may last. The import runs without its watcher. */
const OUTAGE_LIMIT_MS = 120_000;
const OUTAGE = 'No answer. The import continues without this command, which tries again …';

/** Shows the progress of an import until it ends. The exit code is 1 unless the import completes. */
export const watchImport = async (
  { account, id, file }: { readonly account: string; readonly id: string; readonly file?: string },
  { services, output }: Pick<CommandContext, 'services' | 'output'>,
): Promise<void> => {
  let answeredAt = Date.now();
  for (let shown = ''; ; await sleep(POLL_MS)) {
    const state = await readState({ account, id }, services).catch((error: unknown) => {
      if (!isUnreachable(error) || Date.now() - answeredAt > OUTAGE_LIMIT_MS) throw error;
      return undefined;
    });
    if (!state) {
      if (shown !== OUTAGE) {
        output.endProgress();
        output.note(OUTAGE);
      }
      shown = OUTAGE;
      continue;
    }
    answeredAt = Date.now();
    const { job, progress } = state;
    const line = progressLine(job, progress);
    if (line !== shown) output.progress(importJson(job, progress), line);
    shown = line;
    if (!hasEnded(job)) continue;
    output.endProgress();
    if (job.status === 'failed' && job.error !== undefined) output.note(`It failed: ${escapeControls(job.error)}`);
    output.note(nextStep(job, progress.counts));
    if (progress.counts.failed > 0) await printRepairs(job, file ?? nameOf(job.key), { services, output });
    if (job.status !== 'complete') process.exitCode = 1;
    return;
  }
};

/** Suggests repairs. The import has ended and is reported, so an error in reading its failed rows is ignored. */
const printRepairs = async (
  job: Job,
  file: string,
  { services, output }: Pick<CommandContext, 'services' | 'output'>,
) => {
  const repairs = await suggestRepairs(job, file, { services }).catch((): readonly string[] => []);
  for (const line of repairs) output.note(escapeControls(line));
};

const readState = async (
  { account, id }: { readonly account: string; readonly id: string },
  services: CommandContext['services'],
): Promise<{ readonly job: Job; readonly progress: Progress }> => {
  const job = await getImportJob(account, id, services);
  return { job, progress: await importProgress(job, services) };
};

const openStatuses: readonly Job['status'][] = ['waiting_for_upload', 'queued', 'processing'];
const hasEnded = ({ status }: Job): boolean => !openStatuses.includes(status);

const formatCounts = (counts: Counts): string =>
  Object.entries(counts)
    .map(([outcome, n]) =>
      outcome === 'leftOut' ? `${n} without an identifier of another profile` : `${n} ${outcome}`,
    )
    .join(', ');

const BAR = 30;

export const progressLine = (job: Job, { percent, counts, chunks, chunksComplete, ...pace }: Progress): string => {
  const filled = Math.floor((percent / 100) * BAR);
  const bar = '#'.repeat(filled) + '.'.repeat(BAR - filled);
  const parts = [
    `[${bar}] ${String(percent).padStart(3)} %`,
    `${total(counts)} rows: ${formatCounts(counts)}`,
    ...(chunks > 1 ? [`${chunksComplete} of ${chunks} chunks`] : []),
    ...(pace.rowsPerSecond === undefined ? [] : [`${pace.rowsPerSecond} rows/s`]),
    ...(pace.secondsLeft === undefined ? [] : [`${formatDuration(pace.secondsLeft)} left`]),
    pace.isWorkerLost ? 'worker lost, resuming' : job.status,
  ];
  return parts.join('  ');
};

const formatDuration = (seconds: number): string =>
  seconds < 120
    ? `${seconds} s`
    : seconds < 7_200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3_600)} h`;

export const nextStep = ({ id, key, status, isDryRun }: Job, counts: Counts): string => {
  switch (status) {
    case 'expired':
      return 'Its file was never uploaded, so nothing was imported.';
    case 'waiting_for_upload':
    case 'queued':
    case 'processing':
      return `Watch it: npm run admin -- imports watch ${id}`;
    case 'paused':
      return `Resume it: npm run admin -- imports resume ${id}`;
    case 'failed':
    case 'cancelled':
      return `Retry it: npm run admin -- imports retry ${id}`;
    case 'complete':
      if (isDryRun) return afterDryRun({ id, key }, counts);
      return counts.failed === 0
        ? 'All rows were imported.'
        : `The failed rows are in ${escapeControls(reportKey(key))}. Correct them and import that file. See why they failed: npm run admin -- imports show ${id}. Download them: npm run admin -- imports rows ${id} --out failed.csv`;
  }
};

const afterDryRun = ({ id, key }: Pick<Job, 'id' | 'key'>, { failed }: Counts): string =>
  [
    'This was a dry run: nothing was changed.',
    `See what would change: npm run admin -- imports show ${id}`,
    `Import this file: npm run admin -- imports apply ${id}`,
    ...(failed > 0 ? [`The rows that would fail are in ${escapeControls(reportKey(key))}.`] : []),
  ].join('\n');
