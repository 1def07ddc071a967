import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  cancelImportJob,
  getImportJob,
  importFailures,
  listImportJobs,
  retryImportJob,
} from '../../functions/imports/actions.ts';
import { type Failure, type Job, type JobStatus, statuses, total } from '../../functions/imports/job.ts';
import { accountOrOnly } from './account-option.ts';
import { addDrop } from './drop.ts';
import { counted, follow, next, percent } from './follow.ts';
import { columns } from './output.ts';
import type { Run } from './program.ts';

interface Named {
  readonly account?: string;
  readonly id?: string;
}

const SHOWN_FAILURES = 10;

export const addImports = (program: Command, run: Run): void => {
  const imports = program.command('imports').description('files that were dropped into the imports bucket');
  addDrop(imports, run);
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
    run(async ({ account, id = '' }: Named, { services, output }) =>
      follow({ account: await accountOrOnly(account, services), id }, { services, output }),
    ),
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
