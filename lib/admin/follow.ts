import { setTimeout as sleep } from 'node:timers/promises';
import { getImportJob } from '../../functions/imports/actions.ts';
import { type Job, reportKey, total } from '../../functions/imports/job.ts';
import type { Output } from './output.ts';
import type { Given } from './program.ts';

const POLL_MS = 1_000;

/** Shows a job as it goes on, until it is over; whoever called fails where not every row could be read. */
export const follow = async (
  { account, id }: { readonly account: string; readonly id: string },
  { services, output }: Given,
): Promise<void> => {
  for (let shown = ''; ; await sleep(POLL_MS)) {
    const job = await getImportJob(account, id, services);
    const line = progress(job);
    if (line !== shown) show(output, job, line);
    shown = line;
    if (!isOver(job)) continue;
    if (process.stdout.isTTY && !output.isJson) console.log('');
    output.note(next(job));
    if (job.status !== 'complete') process.exitCode = 1;
    return;
  }
};

const isOver = ({ status }: Job): boolean => status === 'complete' || status === 'failed' || status === 'cancelled';
export const percent = ({ status, offset, size }: Job): number =>
  status === 'complete' ? 100 : Math.min(99, Math.floor((offset / Math.max(size, 1)) * 100));

export const counted = ({ counts }: Job): string =>
  Object.entries(counts)
    .map(([outcome, n]) => `${n} ${outcome}`)
    .join(', ');

const BAR = 30;

const progress = (job: Job): string => {
  const filled = Math.floor((percent(job) / 100) * BAR);
  const bar = '#'.repeat(filled) + '.'.repeat(BAR - filled);
  return `[${bar}] ${String(percent(job)).padStart(3)} %  ${total(job.counts)} rows: ${counted(job)}  ${job.status}`;
};

/** One line that changes on a terminal, a line for each change elsewhere. */
const show = (output: Output, job: Job, line: string): void => {
  if (output.isJson) console.log(JSON.stringify(job));
  else if (process.stdout.isTTY) process.stdout.write(`\r\u001B[K${line}`);
  else console.log(line);
};

export const next = (job: Job): string => {
  const { id, key, status, counts } = job;
  switch (status) {
    case 'queued':
    case 'processing':
      return `Follow it: npm run admin -- imports watch ${id}`;
    case 'failed':
    case 'cancelled':
      return `Go on with it: npm run admin -- imports retry ${id}`;
    case 'complete':
      return counts.failed === 0
        ? 'Every row is imported.'
        : `The failed rows are in ${reportKey(key)}: mend them, and drop that file again.`;
  }
};
