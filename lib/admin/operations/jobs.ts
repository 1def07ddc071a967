import { type Command, Option } from 'commander';
import { accountOrOnly } from '../cli/account-option.ts';
import { columns } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import { type FailedJob, failedJobs, type JobKind, jobKinds, retryJob } from './failed-jobs.ts';

interface Asked {
  readonly account?: string;
  readonly id?: string;
  readonly as?: JobKind;
}

export const addJobs = (program: Command, run: Run): void => {
  const jobs = program.command('jobs').description('work of every kind that goes on after a request');

  jobs
    .command('failed')
    .description('list jobs of every kind that have failed, with the reason')
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account }: Asked, { services, output, target }) => {
        const all: FailedJob[] = [];
        for await (const job of failedJobs(await accountOrOnly(account, services), target)) all.push(job);
        output.answer(all, columns(all.map((job) => ({ ...job }))));
        if (all.length === 0) output.note('No job has failed.');
      }),
    );

  jobs
    .command('retry <id>')
    .description('go on with a job that has failed')
    .addOption(new Option('--as <kind>', 'what it is').choices(jobKinds).makeOptionMandatory())
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account, id = '', as = 'import' }: Asked, { services, output, target }) => {
        await retryJob(as, id, await accountOrOnly(account, services), target);
        output.answer({ kind: as, id }, `Queued ${id} again.`);
      }),
    );
};
