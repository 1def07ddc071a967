import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  cancelImportJob,
  getImportJob,
  importFailures,
  listImportJobs,
  retryImportJob,
} from '../../functions/imports/actions.ts';
import { type Failure, type Job, type JobStatus, reportKey, statuses, total } from '../../functions/imports/job.ts';
import { accountOrOnly } from './account-option.ts';
import { columns, type Output } from './output.ts';
import type { Run } from './program.ts';

interface Named {
  readonly account?: string;
  readonly id?: string;
}

const SHOWN_FAILURES = 10;
const POLL_MS = 1_000;

export const addImports = (program: Command, run: Run): void => {
  const imports = program.command('imports').description('files that were dropped into the imports bucket');
  const one = (name: string, description: string) =>
    imports
      .command(`${name} <id>`)
      .description(description)
      .option('--account <id>', 'by default the only one there is');

  imports
    .command('list')
    .description('list imports, the newest first')
    .option('--account <id>', 'by default the only one there is')
    .addOption(new Option('--status <status>', 'only those').choices([...statuses]))
    .option('--limit <count>', 'at most so many', count, 20)
    .action(
      run(async ({ account, status, limit }: Named & { status?: JobStatus; limit: number }, { services, output }) => {
        const of = await accountOrOnly(account, services);
        const asked = { size: limit, ...(status && { statuses: [status] }) };
        const { items } = await listImportJobs(of, services, asked);
        output.answer(items, columns(items.map(summary)));
        if (items.length === 0)
          output.note('Nothing was imported. Drop a CSV file into the imports bucket, under profiles/ or events/.');
      }),
    );

  one('show', 'what became of a file, and the first of its failed rows').action(
    run(async ({ account, id = '' }: Named, { services, output }) => {
      const job = await getImportJob(await accountOrOnly(account, services), id, services);
      const { failures } =
        job.counts.failed > 0
          ? await importFailures(job, { after: 0, size: SHOWN_FAILURES }, services)
          : { failures: [] };
      output.answer({ ...job, failures }, report(job, failures));
    }),
  );

  one('watch', 'follow an import until it is over').action(
    run(async ({ account, id = '' }: Named, { services, output }) => {
      const of = await accountOrOnly(account, services);
      for (let shown = ''; ; await sleep(POLL_MS)) {
        const job = await getImportJob(of, id, services);
        const line = progress(job);
        if (line !== shown) show(output, job, line);
        shown = line;
        if (isOver(job)) break;
      }
      const job = await getImportJob(of, id, services);
      if (process.stdout.isTTY && !output.isJson) console.log('');
      output.note(next(job));
      if (job.status !== 'complete') process.exitCode = 1;
    }),
  );

  one('retry', 'go on with one that failed, was cancelled or is stuck').action(
    run(async ({ account, id = '' }: Named, { services, output }) => {
      const job = await retryImportJob(await accountOrOnly(account, services), id, services);
      output.answer(job, `Queued ${id} again: it goes on after row ${job.row}.`);
      output.note(`\nFollow it: npm run admin -- imports watch ${id}`);
    }),
  );

  one('cancel', 'stop one after the rows that are settled, which stay').action(
    run(async ({ account, id = '' }: Named, { services, output }) => {
      const job = await cancelImportJob(await accountOrOnly(account, services), id, services);
      output.answer(job, `Cancelled ${id} after row ${job.row}.`);
      output.note(`\nGo on with it: npm run admin -- imports retry ${id}`);
    }),
  );
};

const count = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100) throw new InvalidArgumentError('it is from 1 to 100');
  return number;
};

const isOver = ({ status }: Job): boolean => status === 'complete' || status === 'failed' || status === 'cancelled';
const percent = ({ status, offset, size }: Job): number =>
  status === 'complete' ? 100 : Math.min(99, Math.floor((offset / Math.max(size, 1)) * 100));

const summary = (job: Job) => {
  const { id, key, status, counts, createdAt } = job;
  return {
    id,
    file: key,
    status,
    done: `${percent(job)} %`,
    rows: total(counts),
    failed: counts.failed,
    dropped: createdAt,
  };
};

const counted = ({ counts }: Job): string =>
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

const report = (job: Job, failures: readonly Failure[]): string =>
  [
    `${job.key}: ${job.status}${job.error ? `, since ${job.error}` : ''}`,
    `${total(job.counts)} rows: ${counted(job)}`,
    `dropped ${job.createdAt}, started ${job.startedAt ?? '-'}, over ${job.completedAt ?? '-'}`,
    ...(failures.length > 0 ? ['', columns(failures.flatMap(rowsOf)), ''] : []),
    next(job),
  ].join('\n');

const rowsOf = ({ row, problems }: Failure) =>
  problems.map(({ column, code, message }) => ({ row, column, code, problem: message }));

const next = (job: Job): string => {
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
