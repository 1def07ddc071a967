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
import { harmless } from '../cli/output.ts';
import type { CommandContext } from '../deployment/command.ts';
import { repairsFor } from './repair.ts';

const POLL_MS = 1_000;
/** A network outage ends nothing: the import goes on without its watcher. */
const PATIENCE_MS = 120_000;
const AWAY = 'No answer. The import goes on all the same; asking again …';

/** Shows a job as it goes on, until it is over; the command fails where not every row could be read. */
export const follow = async (
  { account, id, file }: { readonly account: string; readonly id: string; readonly file?: string },
  { services, output }: Pick<CommandContext, 'services' | 'output'>,
): Promise<void> => {
  let answered = Date.now();
  for (let shown = ''; ; await sleep(POLL_MS)) {
    const found = await stateOf({ account, id }, services).catch((error: unknown) => {
      if (!isUnreachable(error) || Date.now() - answered > PATIENCE_MS) throw error;
      return undefined;
    });
    if (!found) {
      if (shown !== AWAY) {
        output.endProgress();
        output.note(AWAY);
      }
      shown = AWAY;
      continue;
    }
    answered = Date.now();
    const { job, progress } = found;
    const line = lineOf(job, progress);
    if (line !== shown) output.progress(importJson(job, progress), line);
    shown = line;
    if (!isOver(job)) continue;
    output.endProgress();
    if (job.status === 'failed' && job.error !== undefined) output.note(`It failed: ${harmless(job.error)}`);
    output.note(next(job, progress.counts));
    if (progress.counts.failed > 0) await advise(job, file ?? nameOf(job.key), { services, output });
    if (job.status !== 'complete') process.exitCode = 1;
    return;
  }
};

/** The import is over and reported: whether its failed rows can be read now changes nothing about that. */
const advise = async (job: Job, file: string, { services, output }: Pick<CommandContext, 'services' | 'output'>) => {
  const repairs = await repairsFor(job, file, { services }).catch((): readonly string[] => []);
  for (const line of repairs) output.note(harmless(line));
};

const stateOf = async (
  { account, id }: { readonly account: string; readonly id: string },
  services: CommandContext['services'],
): Promise<{ readonly job: Job; readonly progress: Progress }> => {
  const job = await getImportJob(account, id, services);
  return { job, progress: await importProgress(job, services) };
};

const open: readonly Job['status'][] = ['waiting_for_upload', 'queued', 'processing'];
const isOver = ({ status }: Job): boolean => !open.includes(status);

export const counted = (counts: Counts): string =>
  Object.entries(counts)
    .map(([outcome, n]) => (outcome === 'leftOut' ? `${n} without an identifier that is another's` : `${n} ${outcome}`))
    .join(', ');

const BAR = 30;

export const lineOf = (job: Job, { percent, counts, chunks, chunksComplete, ...pace }: Progress): string => {
  const filled = Math.floor((percent / 100) * BAR);
  const bar = '#'.repeat(filled) + '.'.repeat(BAR - filled);
  const parts = [
    `[${bar}] ${String(percent).padStart(3)} %`,
    `${total(counts)} rows: ${counted(counts)}`,
    ...(chunks > 1 ? [`${chunksComplete} of ${chunks} chunks`] : []),
    ...(pace.rowsPerSecond === undefined ? [] : [`${pace.rowsPerSecond} rows/s`]),
    ...(pace.secondsLeft === undefined ? [] : [`${timeOf(pace.secondsLeft)} left`]),
    job.status,
  ];
  return parts.join('  ');
};

const timeOf = (seconds: number): string =>
  seconds < 120
    ? `${seconds} s`
    : seconds < 7_200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3_600)} h`;

export const next = ({ id, key, status, isDryRun }: Job, counts: Counts): string => {
  switch (status) {
    case 'expired':
      return 'Its file never came: nothing was imported.';
    case 'waiting_for_upload':
    case 'queued':
    case 'processing':
      return `Follow it: npm run admin -- imports watch ${id}`;
    case 'paused':
      return `Go on with it: npm run admin -- imports resume ${id}`;
    case 'failed':
    case 'cancelled':
      return `Go on with it: npm run admin -- imports retry ${id}`;
    case 'complete':
      if (isDryRun) return afterDryRun({ id, key }, counts);
      return counts.failed === 0
        ? 'Every row is imported.'
        : `The failed rows are in ${harmless(reportKey(key))}: mend them, and drop that file again. Why they failed: npm run admin -- imports show ${id}. To fetch them: npm run admin -- imports rows ${id} --out failed.csv`;
  }
};

const afterDryRun = ({ id, key }: Pick<Job, 'id' | 'key'>, { failed }: Counts): string =>
  [
    'Nothing was changed: this was a dry run.',
    `What would change: npm run admin -- imports show ${id}`,
    `To import this very file: npm run admin -- imports apply ${id}`,
    ...(failed > 0 ? [`The rows that would fail are in ${harmless(reportKey(key))}.`] : []),
  ].join('\n');
